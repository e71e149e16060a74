package api

import (
	"regexp"
	"strings"
)

const (
	spannerInstances = "spanner.projects.instances."
	spannerDatabases = spannerInstances + "databases."
	spannerConfigs   = "spanner.projects.instanceConfigs."
)

// registerSpanner: instances, configurations, policies and backups are the
// fake's; databases and their DDL are the backend's. The document says nothing
// of editions, capacity, replicas and the rules between them, and its databases
// come out of SQL.
func registerSpanner(h *hooks) {
	h.methods[spannerConfigs+"get"] = withConfigs(get)
	h.methods[spannerConfigs+"list"] = withConfigs(list)
	h.methods[spannerConfigs+"create"] = withConfigs(createInstanceConfig)
	h.methods[spannerConfigs+"patch"] = withConfigs(update)
	h.methods[spannerConfigs+"delete"] = withConfigs(remove)
	h.check["spanner instanceConfigs"], h.deletion["spanner instanceConfigs"] = checkInstanceConfig, deleteInstanceConfig

	h.methods[spannerInstances+"create"] = withConfigs(create)
	h.methods[spannerInstances+"patch"] = withConfigs(updateInstance)
	h.methods[spannerInstances+"get"] = getInstance
	h.check["spanner instances"], h.deletion["spanner instances"] = checkInstance, deleteInstance

	h.methods[spannerDatabases+"create"] = withDatabases(createDatabase)
	h.methods[spannerDatabases+"get"] = withDatabases(getDatabase)
	h.methods[spannerDatabases+"list"] = withDatabases(listDatabases)
	h.methods[spannerDatabases+"patch"] = withDatabases(updateDatabase)
	h.methods[spannerDatabases+"dropDatabase"] = withDatabases(dropDatabase)
	h.methods[spannerDatabases+"getDdl"] = withDatabases(getDDL)
	h.methods[spannerDatabases+"updateDdl"] = withDatabases(updateDDL)
	h.methods[spannerDatabases+"restore"] = withDatabases(restoreDatabase)
	h.methods[spannerDatabases+"databaseRoles.list"] = withDatabases(listDatabaseRoles)
	h.methods[spannerDatabases+"getIamPolicy"] = withDatabases(getIamPolicy)
	h.methods[spannerDatabases+"setIamPolicy"] = withDatabases(setSpannerPolicy)
	h.methods[spannerDatabases+"testIamPermissions"] = withDatabases(testIamPermissions)
	h.methods[spannerInstances+"setIamPolicy"] = setSpannerPolicy
	h.methods[spannerInstances+"backups.setIamPolicy"] = setSpannerPolicy

	h.methods[spannerDatabases+"backupSchedules.create"] = withDatabases(create)
	h.methods[spannerDatabases+"backupSchedules.list"] = withDatabases(list)
	h.methods[spannerDatabases+"backupSchedules.patch"] = updateBackupSchedule
	h.methods[spannerDatabases+"backupSchedules.setIamPolicy"] = setSpannerPolicy
	h.check["spanner backupSchedules"] = checkBackupSchedule
	h.methods[spannerInstances+"backups.create"] = withDatabases(create)
	h.methods[spannerInstances+"backups.patch"] = updateBackup
	h.check["spanner backups"] = checkBackup

	// Their shapes are those of resources, but they are a part of Spanner that
	// this fake does not have; rows are for gRPC.
	for _, id := range []string{"instances.instancePartitions.create", "instances.instancePartitions.list",
		"instances.databases.sessions.create", "instances.databases.sessions.list"} {
		h.methods["spanner.projects."+id] = func(k *call) (map[string]any, *apiError) { return nil, errNotServed(k.method.ID) }
	}
}

// spannerPackage is the package of a kind's message: the document is one, the
// API's protos are two.
func spannerPackage(of *kind) string {
	if strings.HasPrefix(of.schema, "Instance") {
		return "instance"
	}
	return "database"
}

var (
	spannerLabelKey   = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}$`)
	spannerLabelValue = regexp.MustCompile(`^[a-z0-9_-]{0,63}$`)
)

// checkSpannerLabels refuses labels that Google's rules refuse.
func checkSpannerLabels(data map[string]any) *apiError {
	labels, _ := data["labels"].(map[string]any)
	for key, value := range labels {
		given, _ := value.(string)
		if !spannerLabelKey.MatchString(key) || !spannerLabelValue.MatchString(given) {
			return errArgument("Invalid label %q: %q. Keys and values have at most 63 lower case letters, digits, hyphens and underscores, and keys begin with a letter.", key, given)
		}
	}
	return nil
}

// setSpannerPolicy refuses roles that give nothing here: Google knows which of
// its roles have a permission of the service.
func setSpannerPolicy(k *call) (map[string]any, *apiError) {
	policy, _ := k.body["policy"].(map[string]any)
	version, _ := policy["version"].(float64)
	for _, b := range listOf(policy, "bindings") {
		binding, _ := b.(map[string]any)
		role := text(binding, "role")
		if service, _, isService := strings.Cut(strings.TrimPrefix(role, "roles/"), "."); strings.HasPrefix(role, "roles/") && isService && service != "spanner" && service != "iam" {
			return nil, errArgument("Role %s is not supported for this resource.", role)
		}
		condition, conditional := binding["condition"].(map[string]any)
		switch {
		case !conditional:
		case version < 3:
			return nil, errArgument("The policy has a binding with a condition: its version must be 3.")
		case text(condition, "expression") == "":
			return nil, errArgument("The condition of role %s has no expression.", role)
		}
	}
	return setIamPolicy(k)
}
