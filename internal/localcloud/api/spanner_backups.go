package api

import (
	"slices"
	"time"
)

// updateBackup: only the time at which a backup ends can change.
func updateBackup(k *call) (map[string]any, *apiError) {
	mask := k.mask(k.body)
	if !slices.Equal(mask, []string{"expireTime"}) {
		return nil, errArgument("The update_mask of UpdateBackup can only be expire_time.")
	}
	return update(k)
}

const (
	snapshotKept = "snapshot" // what the backend copied
	settingsKept = "settings" // what the fake keeps of the database
)

// checkBackup refuses backups that Spanner refuses; the last thing it does for a
// new one is to copy the database.
func checkBackup(k *call, r, before *resource) *apiError {
	if id := r.id(); !scheduleID.MatchString(id) || len(id) > 60 {
		return errArgument("Invalid backup id: %q. It has 2 to 60 lower case letters, digits, underscores and hyphens, and begins with a letter.", id)
	}
	created := k.s.options.Now()
	if before != nil {
		if t, err := time.Parse(time.RFC3339, text(before.data, "createTime")); err == nil {
			created = t
		}
	}
	expires, err := time.Parse(time.RFC3339, text(r.data, "expireTime"))
	if err != nil || expires.Sub(created) < minRetention || expires.Sub(created) > maxRetention {
		return errArgument("Invalid expire_time %q: it must be from 6 hours to 366 days after the backup's create_time.", text(r.data, "expireTime"))
	}
	if before != nil {
		return nil
	}
	database := k.s.store.get("spanner", text(r.data, "database"))
	if database == nil || parentPath(parentPath(database.path)) != parentPath(parentPath(r.path)) {
		return errArgument("Invalid database %q: a backup is made in the instance of its database.", text(r.data, "database"))
	}
	instance := k.s.store.above(database)
	if instance.data["instanceType"] == "FREE_INSTANCE" {
		return errPrecondition("Free instance " + instance.path + " has no backups.")
	}
	if kind := k.query.Get("encryptionConfig.encryptionType"); kind == "CUSTOMER_MANAGED_ENCRYPTION" {
		return errNotServed(k.method.ID + " with keys of the caller's")
	}
	if text(r.data, "versionTime") != "" {
		return errNotServed(k.method.ID + " with a version_time in the past")
	}
	now := k.s.timestamp("spanner")
	r.data["versionTime"], r.data["oldestVersionTime"] = now, now
	r.data["maxExpireTime"] = created.Add(maxRetention).UTC().Format("2006-01-02T15:04:05.000000Z")
	r.data["databaseDialect"], r.data["minimumRestorableEdition"] = database.data["databaseDialect"], "STANDARD"
	r.data["encryptionInfo"] = map[string]any{"encryptionType": "GOOGLE_DEFAULT_ENCRYPTION"}
	if info := listOf(database.data, "encryptionInfo"); len(info) > 0 {
		r.data["encryptionInfo"], r.data["encryptionInformation"] = info[0], info
	}
	if k.failure != nil {
		return nil
	}
	backend, ctx, cancel, failed := k.spanner()
	if failed != nil {
		return failed
	}
	defer cancel()
	snapshot, err := backend.Snapshot(ctx, database.path)
	if err != nil {
		return errSpanner(err)
	}
	r.extra = map[string]any{snapshotKept: snapshot, settingsKept: jsonCopy(database.extra)}
	return nil
}

// restoreDatabase makes a new database of a backup: schema, settings and rows.
// Its policy starts empty.
func restoreDatabase(k *call) (map[string]any, *apiError) {
	collection := k.path[:len(k.path)-len(":restore")]
	instance, err := k.find(parentPath(collection))
	if err != nil {
		return nil, err
	}
	id := text(k.body, "databaseId")
	if !databaseID.MatchString(id) || len(id) > 30 {
		return nil, errArgument("Invalid database id: %q. Database ids have 2 to 30 lower case letters, digits, underscores and hyphens, and begin with a letter.", id)
	}
	name := collection + "/" + id
	if k.s.store.get("spanner", name) != nil {
		return nil, errExists(name)
	}
	backup := k.s.store.get("spanner", text(k.body, "backup"))
	if backup == nil {
		return nil, errNotFound(text(k.body, "backup"))
	}
	if home := k.s.store.above(backup); home != nil && home.data["config"] != instance.data["config"] {
		return nil, errPrecondition("Backup " + backup.path + " was made in instance config " + text(home.data, "config") + " and can only be restored there.")
	}
	if k.body["encryptionConfig"] != nil {
		return nil, errNotServed(k.method.ID + " with an encryption_config")
	}
	r := &resource{kind: k.s.kindAt("spanner", "projects/{}/instances/{}/databases/{}"), service: "spanner", path: name}
	if k.failure == nil {
		backend, ctx, cancel, failed := k.spanner()
		if failed != nil {
			return nil, failed
		}
		defer cancel()
		postgres := backup.data["databaseDialect"] == "POSTGRESQL"
		if err := backend.Restore(ctx, backup.extra[snapshotKept], SpannerDatabase{Name: name, PostgreSQL: postgres}); err != nil {
			return nil, errSpanner(err)
		}
		r = k.s.putDatabase(instance, name, postgres)
		settings, _ := backup.extra[settingsKept].(map[string]any)
		r.extra = jsonCopy(settings)
		r.data["restoreInfo"] = map[string]any{"sourceType": "BACKUP", "backupInfo": map[string]any{"backup": backup.path, "sourceDatabase": backup.data["database"],
			"createTime": backup.data["createTime"], "versionTime": backup.data["versionTime"]}}
		if err := k.refresh(r); err != nil {
			return nil, err
		}
	}
	return k.startSpanner(r, "restore"), nil
}
