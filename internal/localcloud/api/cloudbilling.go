package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// The billing accounts that there are. Nobody can make one through the API but
// a reseller, so the fake comes with them: one that pays for every project, and
// one that was closed.
const (
	openBillingAccount   = "billingAccounts/012345-6789AB-CDEF01"
	closedBillingAccount = "billingAccounts/0C105E-D0C105-ED0C10"
	billingCurrency      = "USD"
)

// registerCloudBilling: which account pays is no resource of its own, and the
// document has no method that makes accounts for those who are no resellers.
func registerCloudBilling(h *hooks) {
	h.seed = append(h.seed, seedBillingAccounts)
	h.methods["cloudbilling.projects.getBillingInfo"] = getBillingInfo
	h.methods["cloudbilling.projects.updateBillingInfo"] = updateBillingInfo
	h.methods["cloudbilling.billingAccounts.projects.list"] = listBilledProjects
	h.methods["cloudbilling.billingAccounts.create"] = func(*call) (map[string]any, *apiError) {
		return nil, &apiError{code: http.StatusForbidden, reason: "forbidden", status: "PERMISSION_DENIED", message: "Only resellers can make billing accounts"}
	}
	h.check["billingbudgets budgets"] = checkBudget
	h.methods["billingbudgets.billingAccounts.budgets.create"] = func(k *call) (map[string]any, *apiError) {
		// The account is of another API than the budget, so no parent of it here.
		if err := k.billingAccountUsable(parentPath(k.path)); err != nil {
			return nil, err
		}
		return create(k)
	}
}

func seedBillingAccounts(s *Server) {
	of := s.kindAt("cloudbilling", "billingAccounts/{}")
	for path, open := range map[string]bool{openBillingAccount: true, closedBillingAccount: false} {
		name := "Open billing account"
		if !open {
			name = "Closed billing account"
		}
		s.store.put(&resource{kind: of, service: "cloudbilling", path: path,
			data: map[string]any{"name": path, "displayName": name, "open": open, "currencyCode": billingCurrency, "masterBillingAccount": "", "parent": ""}})
	}
}

// payer is the account that pays for a project, "" for none.
func (s *Server) payer(p *project) string {
	if account, known := s.projectResource(p).extra["billingAccount"].(string); known {
		return account
	}
	return openBillingAccount
}

func (s *Server) billingInfo(p *project) map[string]any {
	account := s.payer(p)
	info := map[string]any{"name": "projects/" + p.id + "/billingInfo", "projectId": p.id, "billingAccountName": account, "billingEnabled": false}
	if r := s.store.get("cloudbilling", account); r != nil {
		info["billingEnabled"] = r.data["open"]
	}
	return info
}

func getBillingInfo(k *call) (map[string]any, *apiError) { return k.s.billingInfo(k.project), nil }

// updateBillingInfo links a project to an account; no account stops the billing.
func updateBillingInfo(k *call) (map[string]any, *apiError) {
	account := text(k.body, "billingAccountName")
	if account != "" {
		if err := k.billingAccountUsable(account); err != nil {
			return nil, err
		}
	}
	r := k.s.projectResource(k.project)
	if r.extra == nil {
		r.extra = map[string]any{}
	}
	r.extra["billingAccount"] = account
	return k.s.billingInfo(k.project), nil
}

// billingAccountUsable refuses accounts that the caller cannot see, as Google
// does without saying whether they exist, and those that pay for nothing.
func (k *call) billingAccountUsable(path string) *apiError {
	r := k.s.store.get("cloudbilling", path)
	switch {
	case r == nil:
		return &apiError{code: http.StatusForbidden, reason: "forbidden", status: "PERMISSION_DENIED",
			message: "The caller does not have permission on " + path + ", or it does not exist"}
	case r.data["open"] != true:
		return errPrecondition("Billing account " + path + " is closed")
	}
	return nil
}

func listBilledProjects(k *call) (map[string]any, *apiError) {
	if _, err := k.find(strings.TrimSuffix(k.path, "/projects")); err != nil {
		return nil, err
	}
	var infos []map[string]any
	for _, p := range k.s.projects {
		if k.s.payer(p) == strings.TrimSuffix(k.path, "/projects") {
			infos = append(infos, k.s.billingInfo(p))
		}
	}
	slices.SortFunc(infos, func(a, b map[string]any) int { return cmp.Compare(text(a, "name"), text(b, "name")) })
	if len(infos) == 0 {
		return map[string]any{}, nil
	}
	return map[string]any{"projectBillingInfo": infos}, nil
}

// checkBudget refuses what the document allows: a currency other than the
// account's, thresholds that no spend can reach, projects that do not exist.
func checkBudget(k *call, r, _ *resource) *apiError {
	amount, _ := r.data["amount"].(map[string]any)
	specified, isSpecified := amount["specifiedAmount"].(map[string]any)
	_, isLast := amount["lastPeriodAmount"]
	if isSpecified == isLast {
		return errArgument("Budget amount must be either a specified amount or the last period's")
	}
	if currency := text(specified, "currencyCode"); isSpecified && currency != "" && currency != billingCurrency {
		return errArgument("The budget's currency code %s does not match the billing account's, which is %s", currency, billingCurrency)
	}
	if isSpecified {
		specified["currencyCode"] = billingCurrency
	}
	for _, rule := range listOfObjects(r.data["thresholdRules"]) {
		if percent, _ := rule["thresholdPercent"].(float64); percent <= 0 {
			return errArgument("Threshold percent must be greater than 0")
		}
		if rule["spendBasis"] == nil {
			rule["spendBasis"] = "CURRENT_SPEND"
		}
	}
	filter, hasFilter := r.data["budgetFilter"].(map[string]any)
	if !hasFilter {
		filter = map[string]any{}
		r.data["budgetFilter"] = filter
	}
	for i, p := range texts(filter["projects"]) {
		id, isProject := strings.CutPrefix(p, "projects/")
		found := k.s.projects[k.s.projectID(id)]
		if !isProject || found == nil {
			return errArgument("Budget filter names '%s', which is no project of the billing account", p)
		}
		filter["projects"].([]any)[i] = "projects/" + found.number
	}
	if filter["creditTypesTreatment"] == nil {
		filter["creditTypesTreatment"] = "INCLUDE_ALL_CREDITS"
	}
	if filter["calendarPeriod"] == nil && filter["customPeriod"] == nil {
		filter["calendarPeriod"] = "MONTH"
	}
	rule, _ := r.data["notificationsRule"].(map[string]any)
	if len(texts(rule["monitoringNotificationChannels"])) > 5 {
		return errArgument("A budget can notify at most 5 channels")
	}
	if len(text(r.data, "displayName")) > 60 {
		return errArgument("The display name of a budget can have at most 60 characters")
	}
	return nil
}
