package api_test

// Replicas of nam3, which a custom configuration must repeat.
var nam3Replicas = []any{
	object{"location": "us-east4", "type": "READ_WRITE"}, object{"location": "us-east4", "type": "READ_WRITE"},
	object{"location": "us-east1", "type": "READ_WRITE"}, object{"location": "us-east1", "type": "READ_WRITE"},
	object{"location": "us-central1", "type": "WITNESS"},
}

func aConfig(id, base string, replicas ...any) request {
	return insert(spannerConfigs, object{"instanceConfigId": id, "instanceConfig": object{"displayName": "Custom", "baseConfig": configName(base), "replicas": replicas}})
}

func readOnly(regions ...string) []any {
	var out []any
	for _, region := range regions {
		out = append(out, object{"location": region, "type": "READ_ONLY"})
	}
	return out
}

func withReplicas(more ...any) []any { return append(append([]any{}, nam3Replicas...), more...) }

func scaling(least, most, high, total int, options ...any) object {
	return object{"autoscalingConfig": object{"autoscalingLimits": object{"minProcessingUnits": least, "maxProcessingUnits": most},
		"autoscalingTargets":           object{"highPriorityCpuUtilizationPercent": high, "totalCpuUtilizationPercent": total, "storageUtilizationPercent": 90},
		"asymmetricAutoscalingOptions": options}}
}

const kms = "cloudkms.googleapis.com/v1/"

func keyName(region string) string {
	return "projects/" + testProject + "/locations/" + region + "/keyRings/r/cryptoKeys/k"
}

// keys makes a key in each region that Spanner may use.
func keys(regions ...string) []request {
	var out []request
	for _, region := range regions {
		agent := "serviceAccount:service-100000000001@gcp-sa-spanner.iam.gserviceaccount.com"
		out = append(out, aKey(region, "ENCRYPT_DECRYPT")...)
		out = append(out, request{"POST", kms + keyName(region) + ":setIamPolicy",
			object{"policy": object{"bindings": []any{object{"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": []any{agent}}}}}})
	}
	return out
}

func aKey(region, purpose string) []request {
	rings := kms + "projects/" + testProject + "/locations/" + region + "/keyRings"
	key := object{"purpose": purpose}
	if purpose != "ENCRYPT_DECRYPT" {
		key["versionTemplate"] = object{"algorithm": "EC_SIGN_P256_SHA256"}
	}
	return []request{insert(rings+"?keyRingId=r", object{}), insert(rings+"/r/cryptoKeys?cryptoKeyId=k", key)}
}

func encrypted(encryption object) request {
	return insert(spannerDatabase, object{"createStatement": "CREATE DATABASE `ledger`", "encryptionConfig": encryption})
}

func with(first []request, more ...request) []request {
	return append(append([]request{}, first...), more...)
}

func statements(of ...any) request {
	return request{"PATCH", spannerDatabase + "/ledger/ddl", object{"statements": of}}
}

func aSchedule(kind, cron, kept string, more object) request {
	s := object{"retentionDuration": kept, "spec": object{"cronSpec": object{"text": cron}}, kind: object{}}
	for name, value := range more {
		s[name] = value
	}
	return insert(spannerDatabase+"/ledger/backupSchedules?backupScheduleId=daily", s)
}

var spannerMistakes = []golden{
	{"custom configuration without its prefix", nil, aConfig("ledger", "nam3", withReplicas(readOnly("europe-west1")...)...), 400, "must start with custom-"},
	{"replica in a region that the base does not offer", nil, aConfig("custom-a", "nam3", withReplicas(readOnly("us-west3")...)...), 400, "does not offer a replica of type READ_ONLY in us-west3"},
	{"more replicas in a region than the base offers", nil, aConfig("custom-a", "nam3", withReplicas(readOnly("europe-west1", "europe-west1")...)...), 400, "does not offer a replica of type READ_ONLY in europe-west1"},
	{"a third region that votes", nil, aConfig("custom-a", "nam3", withReplicas(object{"location": "europe-west1", "type": "READ_WRITE"})...), 400, "does not offer a replica of type READ_WRITE"},
	{"custom configuration without the base's replicas", nil, aConfig("custom-a", "nam3", readOnly("europe-west1")...), 400, "must include all of base configuration"},
	{"unknown base configuration", nil, aConfig("custom-a", "nam99", nam3Replicas...), 400, "nam99', which does not exist"},

	{"multi-region instance of edition STANDARD", nil, anInstance("nam3", "STANDARD", object{"nodeCount": 1}), 400, "is multi-region: it needs edition ENTERPRISE_PLUS"},
	{"read-only replicas in edition STANDARD", []request{aConfig("custom-a", "regional-us-east1", append(readOnly("europe-west1"),
		object{"location": "us-east1", "type": "READ_WRITE"}, object{"location": "us-east1", "type": "READ_WRITE"}, object{"location": "us-east1", "type": "READ_WRITE"})...)},
		anInstance("custom-a", "STANDARD", object{"nodeCount": 1}), 400, "optional read-only replicas: it needs edition ENTERPRISE"},
	{"autoscaling in edition STANDARD", nil, anInstance("regional-us-east1", "STANDARD", scaling(1000, 2000, 65, 80)), 400, "Managed autoscaling needs edition"},
	{"processing units between the steps", nil, anInstance("regional-us-east1", "STANDARD", object{"processingUnits": 150}), 400, "Invalid processing_units 150"},
	{"processing units between whole nodes", nil, anInstance("regional-us-east1", "STANDARD", object{"processingUnits": 1500}), 400, "Invalid processing_units 1500"},
	{"autoscaling over more than ten times", nil, anInstance("nam3", "ENTERPRISE_PLUS", scaling(1000, 11000, 45, 50)), 400, "at most 10 times the minimum"},
	{"autoscaling below a node", nil, anInstance("nam3", "ENTERPRISE_PLUS", scaling(500, 3000, 45, 50)), 400, "multiples of 1000 processing units"},
	{"target of all CPU below that of high priority", nil, anInstance("nam3", "ENTERPRISE_PLUS", scaling(1000, 3000, 45, 40)), 400, "must be greater than the high_priority_cpu_utilization_percent"},
	{"asymmetric autoscaling of a voting region", nil, anInstance("nam3", "ENTERPRISE_PLUS", scaling(1000, 3000, 45, 50, object{"replicaSelection": object{"location": "us-east1"}})), 400, `has none in "us-east1"`},
	{"short display name", nil, anInstance("nam3", "ENTERPRISE_PLUS", object{"nodeCount": 1, "displayName": "abc"}), 400, "must have 4 to 30 characters"},
	{"instance id in capitals", nil, insert(spannerInstance, object{"instanceId": "Ledger", "instance": object{"config": configName("nam3"), "displayName": "Ledger", "nodeCount": 1}}), 400, "Invalid instance id"},
	{"label in capitals", nil, anInstance("nam3", "ENTERPRISE_PLUS", object{"nodeCount": 1, "labels": object{"Team": "ledger"}}), 400, "Invalid label"},
	{"unknown configuration", nil, anInstance("regional-us-east9", "STANDARD", object{"nodeCount": 1}), 400, "regional-us-east9', which does not exist"},
	{"free instance across regions", nil, anInstance("nam3", "", object{"instanceType": "FREE_INSTANCE"}), 400, "Free instances are not available"},
	{"free instance with backups", nil, anInstance("regional-us-east1", "", object{"instanceType": "FREE_INSTANCE", "defaultBackupScheduleType": "AUTOMATIC"}), 400, "cannot be AUTOMATIC"},
	{"edition too low for the incremental backups there are", []request{anInstance("regional-us-east1", "ENTERPRISE", object{"nodeCount": 1}), aDatabase, aSchedule("incrementalBackupSpec", "0 */4 * * *", "86400s", nil)},
		request{"PATCH", spannerLedger, object{"instance": object{"edition": "STANDARD"}, "fieldMask": "edition"}}, 400, "makes incremental backups"},

	{"no key for the witness", with(keys("us-east1", "us-east4"), nam3), encrypted(object{"kmsKeyNames": []any{keyName("us-east1"), keyName("us-east4")}}), 400, "no Cloud KMS key of region us-central1"},
	{"key where no replica is", with(keys("us-west1"), nam3), encrypted(object{"kmsKeyNames": []any{keyName("us-west1")}}), 400, "has no replica: keys must be in"},
	{"one key for several regions", with(keys("us-east1"), nam3), encrypted(object{"kmsKeyName": keyName("us-east1")}), 400, "kms_key_name is for one"},
	{"key that Spanner's agent may not use", with(aKey("us-east1", "ENCRYPT_DECRYPT"), regional), encrypted(object{"kmsKeyName": keyName("us-east1")}), 400, "is denied 'cloudkms.cryptoKeyVersions.useToEncrypt'"},
	{"absent key", []request{regional}, encrypted(object{"kmsKeyName": keyName("us-east1")}), 400, "not found."},
	{"key that signs", with(aKey("us-east1", "ASYMMETRIC_SIGN"), regional), encrypted(object{"kmsKeyName": keyName("us-east1")}), 400, "has purpose ASYMMETRIC_SIGN"},

	{"versions kept for more than a week", []request{nam3, aDatabase}, statements("ALTER DATABASE `ledger` SET OPTIONS (version_retention_period=\"8d\")"), 400, "from 1 hour to 7 days"},
	{"leader in a region that cannot lead", []request{nam3, aDatabase}, statements("ALTER DATABASE `ledger` SET OPTIONS (default_leader='us-central1')"), 400, "can have its leader in us-east4, us-east1"},
	{"leader of a regional database", []request{regional, aDatabase}, statements("ALTER DATABASE `ledger` SET OPTIONS (default_leader='us-east1')"), 400, "The default_leader cannot be set"},
	{"time zone after the first table", []request{nam3, aDatabase, statements("CREATE TABLE A (Id INT64) PRIMARY KEY (Id)")}, statements("ALTER DATABASE `ledger` SET OPTIONS (default_time_zone='UTC')"), 400, "while the database has no tables"},
	{"read lease where no replica is", []request{nam3, aDatabase}, statements("ALTER DATABASE `ledger` SET OPTIONS (read_lease_regions='europe-west1')"), 400, "serves reads in us-east1, us-east4"},
	{"statement about another database", []request{nam3, aDatabase}, statements("ALTER DATABASE `other` SET OPTIONS (default_leader='us-east1')"), 400, "does not match ledger"},
	{"drop of a protected database", []request{nam3, aDatabase, {"PATCH", spannerDatabase + "/ledger?updateMask=enableDropProtection", object{"enableDropProtection": true}}},
		request{"DELETE", spannerDatabase + "/ledger", nil}, 400, "has drop protection enabled (enable_drop_protection)"},

	{"full backups every six hours", []request{nam3, aDatabase}, aSchedule("fullBackupSpec", "0 */6 * * *", "604800s", nil), 400, "Full backups are at least 12 hours apart"},
	{"incremental backups every hour", []request{nam3, aDatabase}, aSchedule("incrementalBackupSpec", "0 * * * *", "604800s", nil), 400, "Incremental backups are at least 4 hours apart"},
	{"incremental backups in edition STANDARD", []request{regional, aDatabase}, aSchedule("incrementalBackupSpec", "0 */4 * * *", "604800s", nil), 400, "Incremental backups need edition ENTERPRISE"},
	{"schedule that is no crontab", []request{nam3, aDatabase}, aSchedule("fullBackupSpec", "daily", "604800s", nil), 400, "is no crontab of five fields"},
	{"backups kept for more than a year", []request{nam3, aDatabase}, aSchedule("fullBackupSpec", "0 2 * * *", "31708800s", nil), 400, "from 6 hours to 366 days."},
	{"incremental backups with keys of their own", with(keys("us-east1"), nam3, aDatabase), aSchedule("incrementalBackupSpec", "0 */4 * * *", "604800s",
		object{"encryptionConfig": object{"encryptionType": "CUSTOMER_MANAGED_ENCRYPTION", "kmsKeyNames": []any{keyName("us-east1")}}}), 400, "cannot have encryption type CUSTOMER_MANAGED_ENCRYPTION"},
	{"backup that ends before it can", []request{nam3, aDatabase}, insert(spannerLedger+"/backups?backupId=first",
		object{"database": "projects/" + testProject + "/instances/ledger/databases/ledger", "expireTime": "2026-11-26T13:00:00Z"}), 400, "after the backup's create_time"},

	{"role of another service", []request{nam3, aDatabase}, request{"POST", spannerDatabase + "/ledger:setIamPolicy",
		object{"policy": object{"bindings": []any{object{"role": "roles/cloudsql.client", "members": []any{"group:a@example.com"}}}}}}, 400, "Role roles/cloudsql.client is not supported"},
	{"condition in a policy without conditions", []request{nam3, aDatabase}, request{"POST", spannerDatabase + "/ledger:setIamPolicy",
		object{"policy": object{"version": 1, "bindings": []any{object{"role": "roles/spanner.viewer", "members": []any{"group:a@example.com"}, "condition": object{"expression": "true"}}}}}}, 400, "its version must be 3"},
}
