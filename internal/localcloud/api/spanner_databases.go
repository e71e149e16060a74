package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
)

// withDatabases serves a method about an instance's databases. Clients that
// speak gRPC make and drop databases too, so what the fake knows of them is
// first made what the backend has.
func withDatabases(does hook) hook {
	return func(k *call) (map[string]any, *apiError) {
		backend, ctx, cancel, err := k.spanner()
		if err != nil {
			return nil, err
		}
		defer cancel()
		instance := k.s.store.get("spanner", strings.Join(strings.SplitN(k.path, "/", 5)[:4], "/"))
		if instance == nil {
			return nil, errNotFound(k.path)
		}
		if err := k.s.meet(ctx, backend, instance); err != nil {
			return nil, err
		}
		return does(k)
	}
}

// meet makes the fake know the databases that the backend has.
func (s *Server) meet(ctx context.Context, backend SpannerBackend, instance *resource) *apiError {
	names, err := backend.Databases(ctx, instance.path)
	if err != nil {
		return errSpanner(err)
	}
	for _, r := range s.store.in("spanner", instance.path+"/databases") {
		if !slices.Contains(names, r.path) {
			s.store.remove(r)
		}
	}
	for _, name := range names {
		if s.store.get("spanner", name) != nil {
			continue
		}
		postgres, err := backend.IsPostgreSQL(ctx, name)
		if err != nil {
			return errSpanner(err)
		}
		s.putDatabase(instance, name, postgres)
	}
	return nil
}

// putDatabase makes a database known that the backend has.
func (s *Server) putDatabase(instance *resource, name string, postgres bool) *resource {
	dialect := "GOOGLE_STANDARD_SQL"
	if postgres {
		dialect = "POSTGRESQL"
	}
	now := s.timestamp("spanner")
	r := &resource{kind: s.kindAt("spanner", "projects/{}/instances/{}/databases/{}"), service: "spanner", path: name, data: map[string]any{
		"name": name, "state": "READY", "createTime": now, "earliestVersionTime": now, "databaseDialect": dialect,
		"versionRetentionPeriod": defaultRetention, "enableDropProtection": false}}
	s.store.put(r)
	s.changed(r)
	if instance.data["defaultBackupScheduleType"] == "AUTOMATIC" {
		s.putDefaultSchedule(r)
	}
	return r
}

var (
	createStatement = regexp.MustCompile("(?is)^\\s*CREATE\\s+DATABASE\\s+(?:`([^`]*)`|\"([^\"]*)\"|([^\\s;`\"]+))\\s*;?\\s*$")
	databaseID      = regexp.MustCompile(`^[a-z][a-z0-9_-]*[a-z0-9]$`)
)

// databaseOf reads the id out of the statement that makes a database.
func databaseOf(statement string, postgres bool) (string, *apiError) {
	m := createStatement.FindStringSubmatch(statement)
	if m == nil || postgres && m[1] != "" || !postgres && m[2] != "" {
		return "", errArgument("Error parsing Spanner DDL statement: %s : it is no CREATE DATABASE of the database's dialect", statement)
	}
	id := m[1] + m[2] + m[3]
	if !databaseID.MatchString(id) || len(id) > 30 {
		return "", errArgument("Invalid CREATE statement. Database ids have 2 to 30 lower case letters, digits, underscores and hyphens, and begin with a letter: %s", id)
	}
	return id, nil
}

func createDatabase(k *call) (map[string]any, *apiError) {
	instance, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	postgres := text(k.body, "databaseDialect") == "POSTGRESQL"
	id, err := databaseOf(text(k.body, "createStatement"), postgres)
	if err != nil {
		return nil, err
	}
	name := k.path + "/" + id
	if k.s.store.get("spanner", name) != nil {
		return nil, errExists(name)
	}
	statements := textsOf(k.body, "extraStatements")
	if postgres && len(statements) > 0 {
		return nil, errArgument("Database %s has the PostgreSQL dialect: DDL statements other than CREATE DATABASE cannot be given when it is made.", name)
	}
	encryption, _ := k.body["encryptionConfig"].(map[string]any)
	if err := k.checkDatabaseKeys(instance, encryption); err != nil {
		return nil, err
	}
	descriptors, err := k.protoDescriptors()
	if err != nil {
		return nil, err
	}
	r := &resource{kind: k.s.kindAt("spanner", "projects/{}/instances/{}/databases/{}"), service: "spanner", path: name}
	settled, rest, err := k.settle(r, instance, nil, statements)
	if err != nil {
		return nil, err
	}
	if k.failure == nil {
		backend, ctx, cancel, failed := k.spanner()
		if failed != nil {
			return nil, failed
		}
		defer cancel()
		if err := backend.CreateDatabase(ctx, SpannerDatabase{Name: name, PostgreSQL: postgres, ExtraStatements: rest, ProtoDescriptors: descriptors}); err != nil {
			return nil, errSpanner(err)
		}
		r = k.s.putDatabase(instance, name, postgres)
		r.extra = settled
		if len(encryption) > 0 {
			r.data["encryptionConfig"], r.data["encryptionInfo"] = encryption, encryptionInfo(encryption)
		}
		if err := k.refresh(r); err != nil {
			return nil, err
		}
	}
	return k.startSpanner(r, "create"), nil
}

// startSpanner answers with the operation of a change that the backend has made
// already; while the operation lasts, so does what is pending.
func (k *call) startSpanner(r *resource, verb string) map[string]any {
	result := func() map[string]any { return typed(r, r.data) }
	if verb == "ddl" {
		result = func() map[string]any { return map[string]any{"@type": "type.googleapis.com/google.protobuf.Empty"} }
	}
	return k.s.startWith(k, r, verb, func() {}, result)
}

// protoDescriptors are the request's, decoded.
func (k *call) protoDescriptors() ([]byte, *apiError) {
	given := text(k.body, "protoDescriptors")
	if given == "" {
		return nil, nil
	}
	out, err := base64.StdEncoding.DecodeString(given)
	if err != nil {
		if out, err = base64.URLEncoding.DecodeString(given); err != nil {
			return nil, errArgument("Invalid proto_descriptors: %s", err)
		}
	}
	return out, nil
}

func getDatabase(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	return r.data, k.refresh(r)
}

func listDatabases(k *call) (map[string]any, *apiError) {
	for _, r := range k.s.store.in("spanner", k.path) {
		if err := k.refresh(r); err != nil {
			return nil, err
		}
	}
	return list(k)
}

var leaderStatement = regexp.MustCompile("(?is)^\\s*ALTER\\s+DATABASE\\s.*\\bdefault_leader[\"`]?\\s*(?:=|TO)\\s*['\"]([^'\"]+)['\"]")

// refresh reads what statements say of the database's settings, whoever gave
// them.
func (k *call) refresh(r *resource) *apiError {
	statements, _, err := k.statements(r)
	if err != nil {
		return err
	}
	delete(r.data, "defaultLeader")
	for _, statement := range statements {
		if m := leaderStatement.FindStringSubmatch(statement); m != nil {
			r.data["defaultLeader"] = m[1]
		}
	}
	r.data["versionRetentionPeriod"] = defaultRetention
	if period := text(r.extra, retentionOption); period != "" {
		r.data["versionRetentionPeriod"] = period
	}
	return nil
}

// updateDatabase changes what a mask may name.
func updateDatabase(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	mask := k.mask(k.body)
	if mask == nil {
		return nil, errArgument("The update_mask of UpdateDatabase must name the fields to update.")
	}
	for _, name := range mask {
		if name != "enableDropProtection" && name != "encryptionConfig" && name != "encryptionConfig.kmsKeyNames" {
			return nil, errArgument("Field %s of a database cannot be updated.", name)
		}
	}
	after, err := k.masked(r, k.body, mask)
	if err != nil {
		return nil, err
	}
	if encryption, _ := after["encryptionConfig"].(map[string]any); jsonText(encryption) != jsonText(r.data["encryptionConfig"]) && encryption != nil {
		if r.data["encryptionConfig"] == nil {
			return nil, errPrecondition(fmt.Sprintf("Database %s is not encrypted with a key of the caller's and cannot become so.", r.path))
		}
		if err := k.checkDatabaseKeys(k.s.store.above(r), encryption); err != nil {
			return nil, err
		}
		after["encryptionInfo"] = encryptionInfo(encryption)
	}
	// The google provider does not wait for the operation and reads at once: the
	// change is seen before its operation is done.
	if k.failure == nil {
		r.data = after
		k.s.changed(r)
	}
	return k.startSpanner(r, "update"), nil
}

func dropDatabase(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if r.data["enableDropProtection"] == true {
		return nil, errPrecondition(fmt.Sprintf("Database %s has drop protection enabled (enable_drop_protection) and cannot be dropped.", r.path))
	}
	backend, ctx, cancel, err := k.spanner()
	if err != nil {
		return nil, err
	}
	defer cancel()
	if err := backend.DropDatabase(ctx, r.path); err != nil && !isSpanner(err, codes.NotFound) {
		return nil, errSpanner(err)
	}
	return k.remove(r)
}

// textsOf is a member that is a list of texts.
func textsOf(object map[string]any, name string) []string {
	var out []string
	for _, e := range listOf(object, name) {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
