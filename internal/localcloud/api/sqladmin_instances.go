package api

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"
)

var sqlName = regexp.MustCompile(`^[a-z](?:[-a-z0-9]*[a-z0-9])?$`)

// checkSQLInstance fills in what Google fills in, and refuses what it refuses.
func checkSQLInstance(k *call, r, before *resource) *apiError {
	if err := k.fillSQLInstance(r, before); err != nil {
		return err
	}
	for _, rule := range []func(*call, *resource, *resource) *apiError{
		sqlFixed, sqlPlace, sqlReplication, sqlTier, sqlBackups, sqlDisk, sqlNetwork, sqlFlags, sqlInsights,
	} {
		if err := rule(k, r, before); err != nil {
			return err
		}
	}
	if before != nil {
		k.s.bumpSettings(r.data)
	}
	return nil
}

func (k *call) fillSQLInstance(r, before *resource) *apiError {
	d := r.data
	if !sqlName.MatchString(r.id()) || len(k.project.id)+1+len(r.id()) > 98 {
		return errSQL("instance name (%s).", r.id())
	}
	if d["settings"] == nil {
		return errSQL("Missing parameter: settings.")
	}
	fillMissing(d, map[string]any{"region": "us-central1", "databaseVersion": "MYSQL_8_0"})
	if !strings.HasPrefix(text(d, "databaseVersion"), "POSTGRES_") {
		return errNotServed("sqladmin instances of " + text(d, "databaseVersion"))
	}
	region := text(d, "region")
	letters := regionZones[region]
	if letters == "" {
		return errSQL("Invalid value for region: %s.", region)
	}
	d["instanceType"] = "CLOUD_SQL_INSTANCE"
	if master := text(d, "masterInstanceName"); master != "" {
		d["instanceType"] = "READ_REPLICA_INSTANCE"
		if !strings.Contains(master, ":") {
			d["masterInstanceName"] = k.project.id + ":" + master
		}
	}
	d["name"], d["project"], d["connectionName"] = r.id(), k.project.id, k.project.id+":"+region+":"+r.id()
	d["kind"], d["backendType"], d["state"] = "sql#instance", "SECOND_GEN", "RUNNABLE"
	d["selfLink"] = selfLink(r.kind, r.path)
	// What only says how to make a change is not kept.
	delete(d, "includeReplicasForMajorVersionUpgrade")
	delete(d, "switchTransactionLogsToCloudStorageEnabled")
	fillSQLSettings(d, before)
	zone := text(object(object(d, "settings"), "locationPreference"), "zone")
	d["gceZone"] = zone
	delete(d, "secondaryGceZone")
	if object(d, "settings")["availabilityType"] == "REGIONAL" {
		for _, letter := range letters {
			if other := region + "-" + string(letter); other != zone {
				d["secondaryGceZone"] = other
				break
			}
		}
	}
	if before != nil {
		for _, name := range []string{"createTime", "serverCaCert", "serviceAccountEmailAddress", "ipAddresses", "databaseInstalledVersion",
			"maintenanceVersion", "sqlNetworkArchitecture", "upgradableDatabaseVersions", "etag"} {
			if before.data[name] != nil && (d[name] == nil || name != "ipAddresses") {
				d[name] = before.data[name]
			}
		}
		return nil
	}
	d["databaseInstalledVersion"] = text(d, "databaseVersion") + "_1"
	d["maintenanceVersion"] = text(d, "databaseVersion") + "_1.R20261101.00_00"
	d["sqlNetworkArchitecture"] = "NEW_NETWORK_ARCHITECTURE"
	d["serviceAccountEmailAddress"] = "p" + k.project.number + "-" + opaqueID(r.path)[:6] + "@gcp-sa-cloud-sql.iam.gserviceaccount.com"
	d["serverCaCert"] = k.s.serverCA(r)
	return nil
}

// serverCA is a certificate in form only: nobody can connect to what is not
// there.
func (s *Server) serverCA(r *resource) map[string]any {
	sum := sha256.Sum256([]byte(r.path))
	now := s.options.Now().UTC()
	return map[string]any{
		"kind": "sql#sslCert", "certSerialNumber": "0", "instance": r.id(), "commonName": "C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA",
		"sha1Fingerprint": fmt.Sprintf("%x", sum[:20]), "createTime": now.Format(time.RFC3339), "expirationTime": now.AddDate(10, 0, 0).Format(time.RFC3339),
		"cert": pemOf(sum[:]),
	}
}

// pemOf gives bytes the form of a certificate.
func pemOf(content []byte) string {
	return "-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString(content) + "\n-----END CERTIFICATE-----"
}

// fillSQLSettings sets what settings have when nobody sets it.
func fillSQLSettings(d map[string]any, before *resource) {
	settings := inner(d, "settings")
	replica := text(d, "masterInstanceName") != ""
	edition := "ENTERPRISE"
	if sqlMajor(text(d, "databaseVersion")) >= 16 {
		edition = "ENTERPRISE_PLUS"
	}
	fillMissing(settings, map[string]any{
		"edition": edition, "activationPolicy": "ALWAYS", "availabilityType": "ZONAL", "pricingPlan": "PER_USE", "replicationType": "SYNCHRONOUS",
		"dataDiskType": "PD_SSD", "dataDiskSizeGb": "10", "storageAutoResize": true, "storageAutoResizeLimit": "0", "connectorEnforcement": "NOT_REQUIRED",
		"deletionProtectionEnabled": false,
	})
	settings["kind"] = "sql#settings"
	zone := map[string]any{"kind": "sql#locationPreference", "zone": text(d, "region") + "-" + regionZones[text(d, "region")][:1]}
	settings["settingsVersion"] = "1"
	if before != nil {
		settings["settingsVersion"] = object(before.data, "settings")["settingsVersion"]
		if had := object(object(before.data, "settings"), "locationPreference"); had["zone"] != nil {
			zone = had
		}
	}
	fillMissing(inner(settings, "locationPreference"), zone)
	fillMissing(inner(settings, "ipConfiguration"), map[string]any{
		"ipv4Enabled": true, "requireSsl": false, "sslMode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED", "serverCaMode": "GOOGLE_MANAGED_INTERNAL_CA",
	})
	backups := inner(settings, "backupConfiguration")
	fillMissing(backups, map[string]any{"kind": "sql#backupConfiguration", "enabled": false, "startTime": "12:00"})
	if replica {
		return
	}
	retention, kept := 7.0, 7.0
	if settings["edition"] == "ENTERPRISE_PLUS" {
		retention, kept = 14, 15
	}
	fillMissing(backups, map[string]any{
		"transactionLogRetentionDays": retention, "pointInTimeRecoveryEnabled": false, "transactionalLogStorageState": "CLOUD_STORAGE", "backupTier": "STANDARD",
	})
	fillMissing(inner(backups, "backupRetentionSettings"), map[string]any{"retentionUnit": "COUNT", "retainedBackups": kept})
}

// sqlMajor is the number of a PostgreSQL version, as 16 of "POSTGRES_16".
func sqlMajor(version string) int {
	major := 0
	for _, digit := range strings.TrimPrefix(version, "POSTGRES_") {
		if digit < '0' || digit > '9' {
			break // 9_6
		}
		major = major*10 + int(digit-'0')
	}
	return major
}
