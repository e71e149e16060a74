package api

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sqlPlace refuses zones of other regions and keys of other places.
func sqlPlace(_ *call, r, _ *resource) *apiError {
	region := text(r.data, "region")
	preference := object(object(r.data, "settings"), "locationPreference")
	for _, name := range []string{"zone", "secondaryZone"} {
		zone := text(preference, name)
		if zone != "" && !strings.HasPrefix(zone, region+"-") {
			return errSQL("The zone '%s' is not in the instance's region '%s'.", zone, region)
		}
	}
	if preference["zone"] == preference["secondaryZone"] {
		return errSQL("The primary and the secondary zone must differ.")
	}
	key := text(object(r.data, "diskEncryptionConfiguration"), "kmsKeyName")
	if key != "" && keyLocation(key) != region {
		return errSQL("The KMS key '%s' must be in the instance's region '%s'.", key, region)
	}
	return nil
}

// keyLocation is where a KMS key is, by its name.
func keyLocation(key string) string {
	segments := strings.Split(key, "/")
	if len(segments) < 8 || segments[2] != "locations" {
		return ""
	}
	return segments[3]
}

// sqlReplication checks a replica against its primary.
func sqlReplication(k *call, r, _ *resource) *apiError {
	master := text(r.data, "masterInstanceName")
	if master == "" {
		return nil
	}
	project, name, _ := strings.Cut(master, ":")
	primary := k.s.store.get("sqladmin", "projects/"+project+"/instances/"+name)
	if primary == nil {
		return errSQL("The primary instance '%s' of the replica does not exist.", master)
	}
	ours, theirs := object(r.data, "diskEncryptionConfiguration"), object(primary.data, "diskEncryptionConfiguration")
	sameRegion := r.data["region"] == primary.data["region"]
	switch {
	case r.data["databaseVersion"] != primary.data["databaseVersion"]:
		return errSQL("The replica's database version %s must be the primary's, %s.", r.data["databaseVersion"], primary.data["databaseVersion"])
	case theirs["kmsKeyName"] != nil && ours["kmsKeyName"] == nil && !sameRegion:
		return errSQL("The primary is encrypted with a customer-managed key: a replica in another region needs a key of its region.")
	case theirs["kmsKeyName"] == nil && ours["kmsKeyName"] != nil:
		return errSQL("A replica cannot have a customer-managed key when its primary has none.")
	case object(object(r.data, "settings"), "backupConfiguration")["enabled"] == true:
		return errSQL("Backups cannot be enabled on the read replica '%s'.", r.id())
	case object(r.data, "settings")["edition"] != object(primary.data, "settings")["edition"]:
		return errSQL("The replica's edition %s must be the primary's, %s.", object(r.data, "settings")["edition"], object(primary.data, "settings")["edition"])
	}
	if theirs["kmsKeyName"] != nil && ours["kmsKeyName"] == nil {
		inner(r.data, "diskEncryptionConfiguration")["kmsKeyName"] = theirs["kmsKeyName"]
	}
	return nil
}

// sqlFixed refuses changes of what never changes.
func sqlFixed(_ *call, r, before *resource) *apiError {
	if before == nil {
		return nil
	}
	for _, name := range []string{"region", "masterInstanceName"} {
		if text(r.data, name) != text(before.data, name) {
			return errSQL("The %s of an instance cannot be changed.", name)
		}
	}
	now, was := object(r.data, "settings"), object(before.data, "settings")
	switch {
	case text(object(r.data, "diskEncryptionConfiguration"), "kmsKeyName") != text(object(before.data, "diskEncryptionConfiguration"), "kmsKeyName"):
		return errSQL("The encryption key of an instance cannot be changed.")
	case sqlMajor(text(r.data, "databaseVersion")) < sqlMajor(text(before.data, "databaseVersion")):
		return errSQL("The database version cannot go back from %s to %s.", before.data["databaseVersion"], r.data["databaseVersion"])
	case text(now, "dataDiskType") != text(was, "dataDiskType"):
		return errSQL("The type of the data disk cannot be changed.")
	}
	had := text(object(was, "ipConfiguration"), "privateNetwork")
	if had != "" && !samePath(had, text(object(now, "ipConfiguration"), "privateNetwork")) {
		return errSQL("The private network of an instance cannot be taken away or changed.")
	}
	return nil
}

// samePath compares two forms of a reference: a URL and what it ends in.
func samePath(a, b string) bool {
	return a == b || a != "" && b != "" && (strings.HasSuffix(a, "/"+b) || strings.HasSuffix(b, "/"+a))
}

var (
	customTier = regexp.MustCompile(`^db-custom-(\d{1,3})-(\d{1,7})$`)
	plusTier   = regexp.MustCompile(`^db-(?:perf-optimized-N|c4a-highmem)-\d{1,3}$`)
)

// sqlTier refuses machine types that the edition does not have.
func sqlTier(_ *call, r, _ *resource) *apiError {
	settings := object(r.data, "settings")
	tier, edition := text(settings, "tier"), text(settings, "edition")
	if tier == "" {
		return errSQL("Missing parameter: tier.")
	}
	if edition == "ENTERPRISE_PLUS" {
		if !plusTier.MatchString(tier) {
			return errSQL("Invalid Tier (%s) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead.", tier)
		}
		return nil
	}
	if tier == "db-f1-micro" || tier == "db-g1-small" {
		return nil
	}
	m := customTier.FindStringSubmatch(tier)
	if m == nil {
		return errSQL("Invalid Tier (%s) for (%s) Edition. Use a custom Tier like db-custom-2-7680 instead.", tier, edition)
	}
	// The expression takes only digits, and few.
	cores, _ := strconv.Atoi(m[1])
	memory, _ := strconv.Atoi(m[2])
	switch {
	case cores < 1 || cores > 96 || cores > 1 && cores%2 == 1:
		return errSQL("Invalid Tier (%s): the number of vCPUs must be 1 or an even number up to 96.", tier)
	case memory%256 != 0 || memory < 3840 || memory*10 < cores*1024*9 || memory*2 > cores*1024*13:
		return errSQL("Invalid Tier (%s): memory must be a multiple of 256 MB, at least 3840 MB, and 0.9 to 6.5 GB per vCPU.", tier)
	}
	return nil
}

// sqlBackups: high availability needs backups, and so does recovery to a point in
// time; the edition limits how long logs are kept.
func sqlBackups(_ *call, r, _ *resource) *apiError {
	if text(r.data, "masterInstanceName") != "" {
		return nil
	}
	settings := object(r.data, "settings")
	backups := object(settings, "backupConfiguration")
	recovery := backups["enabled"] == true && backups["pointInTimeRecoveryEnabled"] == true
	longest := 7.0
	if settings["edition"] == "ENTERPRISE_PLUS" {
		longest = 35
	}
	days, _ := backups["transactionLogRetentionDays"].(float64)                        // filled in as a number
	kept, _ := object(backups, "backupRetentionSettings")["retainedBackups"].(float64) // filled in as a number
	switch {
	case settings["availabilityType"] == "REGIONAL" && !recovery:
		return errSQL("REGIONAL availability needs backups and point-in-time recovery to be enabled.")
	case backups["pointInTimeRecoveryEnabled"] == true && !recovery:
		return errSQL("Point-in-time recovery needs backups to be enabled.")
	case days < 1 || days > longest:
		return errSQL("The number of transaction log retention days must be between 1 and %v.", longest)
	case kept < 1 || kept > 365:
		return errSQL("The number of retained backups must be between 1 and 365.")
	case recovery && kept < days:
		return errSQL("The number of retained backups (%v) must not be less than the transaction log retention days (%v).", kept, days)
	}
	return nil
}

// sqlDisk refuses disks that are too small or get smaller.
func sqlDisk(_ *call, r, before *resource) *apiError {
	size := func(of *resource, name string) int {
		// The document's format takes only numbers.
		n, _ := strconv.Atoi(text(object(of.data, "settings"), name))
		return n
	}
	gigabytes, limit := size(r, "dataDiskSizeGb"), size(r, "storageAutoResizeLimit")
	switch {
	case gigabytes < 10 || gigabytes > 65536:
		return errSQL("The disk size must be between 10 and 65536 GB.")
	case limit != 0 && limit < gigabytes:
		return errSQL("The limit of automatic storage increase (%d GB) is less than the disk size (%d GB).", limit, gigabytes)
	case before != nil && gigabytes < size(before, "dataDiskSizeGb"):
		return errSQL("The disk size cannot be decreased from %d to %d GB.", size(before, "dataDiskSizeGb"), gigabytes)
	}
	return nil
}

// sqlNetwork gives the instance its addresses. A private one needs private
// services access in the network.
func sqlNetwork(k *call, r, before *resource) *apiError {
	ip := object(object(r.data, "settings"), "ipConfiguration")
	network := text(ip, "privateNetwork")
	if ip["ipv4Enabled"] != true && network == "" && object(ip, "pscConfig")["pscEnabled"] != true {
		return errSQL("At least one of Public IP or Private IP or PSC connectivity must be enabled.")
	}
	if ip["enablePrivatePathForGoogleCloudServices"] == true && network == "" {
		return errSQL("A private path for Google Cloud services needs a private network.")
	}
	had := map[string]any{}
	if before != nil {
		list, _ := before.data["ipAddresses"].([]any) // an instance has addresses
		for _, a := range list {
			if address, ok := a.(map[string]any); ok {
				had[text(address, "type")] = address
			}
		}
	}
	var addresses []any
	add := func(of, address string) {
		if had[of] == nil {
			had[of] = map[string]any{"type": of, "ipAddress": address}
		}
		addresses = append(addresses, had[of])
	}
	if ip["ipv4Enabled"] == true {
		add("PRIMARY", k.s.addressIn("203.0.113.0", 24))
	}
	if network != "" {
		ranges, ok := k.peered(network)
		if !ok {
			return errSQL("Incorrect Service Networking config for instance: %s:%s:NETWORK_NOT_PEERED", k.project.id, r.id())
		}
		if wanted := text(ip, "allocatedIpRange"); wanted != "" {
			if !slices.Contains(ranges, wanted) {
				return errSQL("The allocated IP range '%s' is not one of the network's private connection.", wanted)
			}
			ranges = []string{wanted}
		}
		address, prefix := k.s.reservedRange(network, ranges[0])
		add("PRIVATE", k.s.addressIn(address, prefix))
	}
	r.data["ipAddresses"] = addresses
	return nil
}

// sqlInsights refuses texts that are longer than query insights keep.
func sqlInsights(_ *call, r, _ *resource) *apiError {
	settings := object(r.data, "settings")
	length, given := object(settings, "insightsConfig")["queryStringLength"].(float64)
	if given && length != 0 && settings["edition"] == "ENTERPRISE" && (length < 256 || length > 4500) {
		return errSQL("The query string length must be between 256 and 4500 bytes.")
	}
	return nil
}
