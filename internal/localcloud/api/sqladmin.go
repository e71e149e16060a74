package api

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// registerSQL: the document says nothing of what a new instance gets beside what
// was asked for, of settings versions, and of users, which are known by query
// parameters. Only PostgreSQL is served.
func registerSQL(h *hooks) {
	instances := kindKey("sqladmin", "instances")
	h.check[instances], h.deletion[instances] = checkSQLInstance, checkSQLDeletion
	h.made[instances], h.show[instances] = madeSQLInstance, showSQLInstance
	h.methods["sql.instances.patch"], h.methods["sql.instances.update"] = updateSQLInstance, updateSQLInstance
	h.methods["sql.instances.restart"], h.methods["sql.instances.failover"] = restartSQLInstance, failoverSQLInstance
	h.methods["sql.instances.promoteReplica"] = promoteSQLReplica
	h.methods["sql.instances.listServerCas"] = listSQLServerCAs
	registerSQLUsers(h)
	// Their shape is that of a create method, but what they make has no id in the
	// request and more in the answer.
	for _, method := range []string{"sql.backupRuns.insert", "sql.backups.createBackup", "sql.sslCerts.insert"} {
		h.methods[method] = func(k *call) (map[string]any, *apiError) { return nil, errNotServed(k.method.ID) }
	}
}

// errSQL is how the Cloud SQL API refuses a request.
func errSQL(message string, args ...any) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "invalid", message: "Invalid request: " + fmt.Sprintf(message, args...)}
}

// sqlOperationType is what the API calls a change.
func sqlOperationType(word, verb string) string {
	verb = strings.ToUpper(verb)
	if verb == "INSERT" {
		verb = "CREATE"
	}
	switch word {
	case "databases":
		return verb + "_DATABASE"
	case "users":
		return verb + "_USER"
	}
	return verb
}

// sqlIdle refuses a second change while the first is not done.
func (k *call) sqlIdle(r *resource) *apiError {
	if r.pending == nil {
		return nil
	}
	// Asking counts as a poll, so that a change whose client was killed does not
	// block the instance for ever.
	k.s.advance(r.pending)
	return &apiError{code: http.StatusConflict, reason: "operationInProgress",
		message: "Operation failed because another operation was already in progress. Try your request after the current operation is complete."}
}

// updateSQLInstance changes an instance. A PUT replaces the settings, but what it
// does not name beside them stays.
func updateSQLInstance(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if err := k.sqlIdle(r); err != nil {
		return nil, err
	}
	if err := r.checkVersion(k.body); err != nil {
		return nil, err
	}
	k.dropReadOnly(r.kind.schema, k.body)
	settings, given := k.body["settings"].(map[string]any)
	before := object(r.data, "settings")
	if version := text(settings, "settingsVersion"); version != "" && version != text(before, "settingsVersion") {
		return nil, &apiError{code: http.StatusPreconditionFailed, reason: "staleData", message: "Condition does not match."}
	}
	after := mergePatch(r.data, k.body)
	if given && k.method.Verb == http.MethodPut {
		dropNulls(settings)
		after["settings"] = settings
		for _, kept := range []string{"edition", "dataDiskType", "dataDiskSizeGb", "tier", "timeZone", "collation"} {
			if settings[kept] == nil && before[kept] != nil {
				settings[kept] = before[kept]
			}
		}
	}
	dropNulls(after)
	after = jsonCopy(after) // the check fills in defaults, which must not reach what is stored
	return k.replace(r, "update", after)
}

// checkSQLDeletion refuses to delete what is protected or has replicas.
func checkSQLDeletion(k *call, r *resource) *apiError {
	if err := k.sqlIdle(r); err != nil {
		return err
	}
	if object(r.data, "settings")["deletionProtectionEnabled"] == true {
		return errSQL("The instance is protected. Please disable the deletion protection and try again. " +
			"To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false.")
	}
	if replicas := k.s.sqlReplicas(r); len(replicas) > 0 {
		return errSQL("The instance has the replica '%s'. Delete its replicas before the instance.", replicas[0])
	}
	return nil
}

// sqlReplicas names the replicas of an instance, sorted.
func (s *Server) sqlReplicas(r *resource) []any {
	names := map[string]bool{}
	for _, other := range s.store.in("sqladmin", parentPath(r.path)) {
		if master := text(other.data, "masterInstanceName"); master != "" && master == text(r.data, "project")+":"+r.id() {
			names[other.id()] = true
		}
	}
	return anys(sortedKeys(names))
}

// showSQLInstance adds what depends on other instances and hides the password.
func showSQLInstance(s *Server, r *resource) map[string]any {
	shown := maps.Clone(r.data)
	delete(shown, "rootPassword")
	if replicas := s.sqlReplicas(r); len(replicas) > 0 {
		shown["replicaNames"] = replicas
	}
	return shown
}

// madeSQLInstance makes the database and the user that every PostgreSQL has. A
// replica has those of its primary.
func madeSQLInstance(s *Server, r *resource) {
	if text(r.data, "masterInstanceName") != "" {
		return
	}
	for word, data := range map[string]map[string]any{
		"databases": {"kind": "sql#database", "charset": "UTF8", "collation": "en_US.UTF8"},
		"users":     {"kind": "sql#user", "host": "", "type": "BUILT_IN"},
	} {
		of := s.kindAt("sqladmin", r.kind.template+"/"+word+"/{}")
		data["name"], data["instance"], data["project"] = "postgres", r.id(), r.data["project"]
		made := &resource{kind: of, service: r.service, path: r.path + "/" + word + "/postgres", data: data}
		if word == "databases" {
			data["selfLink"] = selfLink(of, made.path)
		}
		s.store.put(made)
		s.changed(made)
	}
}

// sqlTarget finds the instance that a method is called on.
func (k *call) sqlTarget() (*resource, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	if err := k.sqlIdle(r); err != nil {
		return nil, err
	}
	return r, nil
}

func restartSQLInstance(k *call) (map[string]any, *apiError) {
	r, err := k.sqlTarget()
	if err != nil {
		return nil, err
	}
	return k.conclude(r, "restart", func() {})
}

// failoverSQLInstance lets the two zones of a regional instance change places.
func failoverSQLInstance(k *call) (map[string]any, *apiError) {
	r, err := k.sqlTarget()
	if err != nil {
		return nil, err
	}
	if object(r.data, "settings")["availabilityType"] != "REGIONAL" {
		return nil, errSQL("The instance '%s' is not highly available and cannot fail over.", r.id())
	}
	return k.conclude(r, "failover", func() {
		r.data["gceZone"], r.data["secondaryGceZone"] = r.data["secondaryGceZone"], r.data["gceZone"]
	})
}

// promoteSQLReplica makes a replica an instance of its own.
func promoteSQLReplica(k *call) (map[string]any, *apiError) {
	r, err := k.sqlTarget()
	if err != nil {
		return nil, err
	}
	if text(r.data, "masterInstanceName") == "" {
		return nil, errSQL("The instance '%s' is no replica.", r.id())
	}
	return k.conclude(r, "promote_replica", func() {
		delete(r.data, "masterInstanceName")
		delete(r.data, "replicaConfiguration")
		r.data["instanceType"] = "CLOUD_SQL_INSTANCE"
		k.s.bumpSettings(r.data)
		k.s.changed(r)
		madeSQLInstance(k.s, r)
	})
}

// bumpSettings counts a change of an instance's settings.
func (s *Server) bumpSettings(data map[string]any) {
	settings := inner(data, "settings")
	// A version that the server wrote is a number.
	version, _ := strconv.Atoi(text(settings, "settingsVersion"))
	settings["settingsVersion"] = strconv.Itoa(version + 1)
}

func listSQLServerCAs(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	ca := object(r.data, "serverCaCert")
	return map[string]any{"kind": "sql#instancesListServerCas", "certs": []any{ca}, "activeVersion": ca["sha1Fingerprint"]}, nil
}
