package provider

import "strings"

// userAgent names core and provider to the APIs that are called, in the form
// in which the google provider does. TF_APPEND_USER_AGENT and
// GOOGLE_TERRAFORM_USERAGENT_EXTENSION add to it.
func userAgent(coreVersion, providerVersion string, lookup func(string) (string, bool)) string {
	if coreVersion == "" {
		coreVersion = "unknown"
	}
	agent := "Terraform/" + coreVersion + " (+https://www.terraform.io) terraform-provider-proveniq/" + providerVersion
	for _, variable := range []string{"TF_APPEND_USER_AGENT", "GOOGLE_TERRAFORM_USERAGENT_EXTENSION"} {
		if addition, found := lookup(variable); found {
			if addition = strings.TrimSpace(addition); addition != "" {
				agent += " " + addition
			}
		}
	}
	return agent
}

// enumerate joins names as prose does: "A, B or C".
func enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
