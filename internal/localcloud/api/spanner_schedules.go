package api

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxBackupSchedules = 4
	minRetention       = 6 * time.Hour
	maxRetention       = 366 * 24 * time.Hour
)

var scheduleID = regexp.MustCompile(`^[a-z][a-z0-9_-]*[a-z0-9]$`)

// updateBackupSchedule refuses what no mask may name.
func updateBackupSchedule(k *call) (map[string]any, *apiError) {
	mask := k.mask(k.body)
	if mask == nil {
		return nil, errArgument("The update_mask of UpdateBackupSchedule must name the fields to update.")
	}
	for _, name := range mask {
		if !slices.Contains([]string{"retentionDuration", "spec", "spec.cronSpec", "spec.cronSpec.text", "encryptionConfig"}, name) {
			return nil, errArgument("Field %s of a backup schedule cannot be updated.", name)
		}
	}
	return update(k)
}

// checkBackupSchedule refuses schedules that Spanner does not run, and fills in
// what it fills in.
func checkBackupSchedule(k *call, r, before *resource) *apiError {
	if id := r.id(); !scheduleID.MatchString(id) || len(id) > 60 {
		return errArgument("Invalid backup schedule id: %q. It has 2 to 60 lower case letters, digits, underscores and hyphens, and begins with a letter.", id)
	}
	database := k.s.store.above(&resource{service: "spanner", path: r.path})
	instance := k.s.store.above(database)
	if before == nil && len(k.s.store.in("spanner", parentPath(r.path))) >= maxBackupSchedules {
		return &apiError{code: 429, reason: "resourceExhausted", status: "RESOURCE_EXHAUSTED",
			message: "Database " + database.path + " has 4 backup schedules, which is the most that there can be."}
	}
	if instance.data["instanceType"] == "FREE_INSTANCE" {
		return errPrecondition("Free instance " + instance.path + " has no backups.")
	}
	full, incremental := r.data["fullBackupSpec"] != nil, r.data["incrementalBackupSpec"] != nil
	switch {
	case full == incremental:
		return errArgument("A backup schedule has one of full_backup_spec and incremental_backup_spec.")
	case incremental && !offers(instance.data, "ENTERPRISE"):
		return errPrecondition("Incremental backups need edition ENTERPRISE: instance " + instance.path + " has " + text(instance.data, "edition") + ".")
	}
	kept, ok := seconds(text(r.data, "retentionDuration"))
	if !ok || kept < minRetention || kept > maxRetention {
		return errArgument("Invalid retention_duration %q: it must be from 6 hours to 366 days.", text(r.data, "retentionDuration"))
	}
	if err := checkCron(r, incremental); err != nil {
		return err
	}
	return k.checkBackupKeys(r, instance, incremental)
}

// checkBackupKeys checks how backups are encrypted; without a word about it,
// they are as their database is.
func (k *call) checkBackupKeys(r, instance *resource, incremental bool) *apiError {
	encryption, _ := r.data["encryptionConfig"].(map[string]any)
	kind := text(encryption, "encryptionType")
	if encryption == nil {
		kind = "USE_DATABASE_ENCRYPTION"
		r.data["encryptionConfig"] = map[string]any{"encryptionType": kind}
	}
	hasKeys := encryption["kmsKeyName"] != nil || encryption["kmsKeyNames"] != nil
	switch {
	case kind == "" || kind == "ENCRYPTION_TYPE_UNSPECIFIED":
		return errArgument("The encryption_config of a backup schedule must have an encryption_type.")
	case incremental && kind == "CUSTOMER_MANAGED_ENCRYPTION":
		return errArgument("Incremental backups cannot have encryption type CUSTOMER_MANAGED_ENCRYPTION.")
	case kind != "CUSTOMER_MANAGED_ENCRYPTION" && hasKeys:
		return errArgument("Cloud KMS keys go with encryption type CUSTOMER_MANAGED_ENCRYPTION, not %s.", kind)
	case kind == "CUSTOMER_MANAGED_ENCRYPTION":
		return k.checkDatabaseKeys(instance, map[string]any{"kmsKeyName": encryption["kmsKeyName"], "kmsKeyNames": encryption["kmsKeyNames"]})
	}
	return nil
}

// checkCron refuses times that are too near each other.
func checkCron(r *resource, incremental bool) *apiError {
	spec, _ := r.data["spec"].(map[string]any)
	cron, ok := spec["cronSpec"].(map[string]any)
	if !ok {
		return errRequired("backup_schedule.spec.cron_spec.text")
	}
	given := text(cron, "text")
	least := 12 * 60
	what := "Full backups are at least 12 hours apart"
	if incremental {
		least, what = 4*60, "Incremental backups are at least 4 hours apart"
	}
	apart, ok := minutesApart(given)
	switch {
	case !ok:
		return errArgument("Invalid cron_spec %q: it is no crontab of five fields.", given)
	case apart < least:
		return errArgument("Invalid cron_spec %q: %s.", given, what)
	}
	cron["timeZone"], cron["creationWindow"] = "UTC", "14400s"
	return nil
}

// minutesApart is the shortest time between two runs within the days of a
// crontab: days are taken to follow each other.
func minutesApart(cron string) (int, bool) {
	fields := strings.Fields(cron)
	if len(fields) != 5 {
		return 0, false
	}
	var sets [5][]int
	for i, limits := range [5][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}} {
		set, ok := cronField(fields[i], limits[0], limits[1])
		if !ok {
			return 0, false
		}
		sets[i] = set
	}
	var at []int
	for _, hour := range sets[1] {
		for _, minute := range sets[0] {
			at = append(at, hour*60+minute)
		}
	}
	slices.Sort(at)
	const day = 24 * 60
	least := at[0] + day - at[len(at)-1]
	for i := 1; i < len(at); i++ {
		least = min(least, at[i]-at[i-1])
	}
	return least, true
}

// cronField reads one field of a crontab.
func cronField(field string, from, to int) ([]int, bool) {
	found := map[int]bool{}
	for part := range strings.SplitSeq(field, ",") {
		span, every, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(every)
			if err != nil || n < 1 {
				return nil, false
			}
			step = n
		}
		first, last := from, to
		if span != "*" {
			low, high, isRange := strings.Cut(span, "-")
			a, err := strconv.Atoi(low)
			if err != nil {
				return nil, false
			}
			first = a
			switch {
			case isRange:
				if last, err = strconv.Atoi(high); err != nil {
					return nil, false
				}
			case !stepped:
				last = a
			}
		}
		if first < from || last > to || first > last {
			return nil, false
		}
		for n := first; n <= last; n += step {
			found[n] = true
		}
	}
	out := make([]int, 0, len(found))
	for n := range found {
		out = append(out, n)
	}
	slices.Sort(out)
	return out, true
}

// seconds reads a duration as the API writes it: "86400s".
func seconds(given string) (time.Duration, bool) {
	number, ok := strings.CutSuffix(given, "s")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseFloat(number, 64)
	return time.Duration(n * float64(time.Second)), err == nil && n >= 0 && n < 1e9
}

// putDefaultSchedule makes the schedule that an instance may give each new
// database: a full backup a day, kept for a week.
func (s *Server) putDefaultSchedule(database *resource) {
	r := &resource{kind: s.kindAt("spanner", "projects/{}/instances/{}/databases/{}/backupSchedules/{}"), service: "spanner",
		path: database.path + "/backupSchedules/default_schedule"}
	r.data = map[string]any{"name": r.path, "retentionDuration": "604800s", "fullBackupSpec": map[string]any{}, "updateTime": s.timestamp("spanner"),
		"encryptionConfig": map[string]any{"encryptionType": "USE_DATABASE_ENCRYPTION"},
		"spec":             map[string]any{"cronSpec": map[string]any{"text": "0 0 * * *", "timeZone": "UTC", "creationWindow": "14400s"}}}
	s.store.put(r)
	s.changed(r)
}
