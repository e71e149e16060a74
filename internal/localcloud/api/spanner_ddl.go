package api

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The options of a database that the emulator does not know or forgets, and the
// roles, are kept by the fake and shown with the backend's statements.
const (
	retentionOption  = "version_retention_period"
	timeZoneOption   = "default_time_zone"
	leaseOption      = "read_lease_regions"
	leaderOption     = "default_leader"
	defaultRetention = "1h"
	rolesKept        = "roles"
)

// keptOptions are shown in this order.
var keptOptions = []string{retentionOption, timeZoneOption, leaseOption}

var (
	setOptions   = regexp.MustCompile("(?is)^\\s*ALTER\\s+DATABASE\\s+`?([^\\s`]+)`?\\s+SET\\s+OPTIONS\\s*\\((.*)\\)\\s*;?\\s*$")
	setParameter = regexp.MustCompile(`(?is)^\s*ALTER\s+DATABASE\s+"?([^\s"]+)"?\s+SET\s+"?spanner\.([a-z_]+)"?\s*(?:=|\sTO\s)\s*(['"][^'"]*['"])\s*;?\s*$`)
	oneOption    = regexp.MustCompile(`^\s*([a-z_]+)\s*=\s*('[^']*'|"[^"]*"|[^,'"\s]+)\s*(?:,|$)`)
	roleMade     = regexp.MustCompile("(?is)^\\s*CREATE\\s+ROLE\\s+[`\"]?(\\w+)[`\"]?\\s*;?\\s*$")
	roleDropped  = regexp.MustCompile("(?is)^\\s*DROP\\s+ROLE\\s+[`\"]?(\\w+)[`\"]?\\s*;?\\s*$")
)

// option is one option that a statement sets; the value is empty for null.
type option struct{ name, value, literal string }

// optionsOf reads the options that a statement sets on a database.
func optionsOf(statement string) (database string, found []option) {
	if m := setParameter.FindStringSubmatch(statement); m != nil {
		return m[1], []option{{m[2], strings.Trim(m[3], `'"`), m[3]}}
	}
	m := setOptions.FindStringSubmatch(statement)
	if m == nil {
		return "", nil
	}
	rest := m[2]
	for strings.TrimSpace(rest) != "" {
		o := oneOption.FindStringSubmatchIndex(rest)
		if o == nil {
			return "", nil
		}
		literal := rest[o[4]:o[5]]
		value := strings.Trim(literal, `'"`)
		if strings.EqualFold(literal, "null") {
			value = ""
		}
		found = append(found, option{rest[o[2]:o[3]], value, literal})
		rest = rest[o[1]:]
	}
	return m[1], found
}

// settle takes out of some statements what the fake keeps: it gives what the
// database keeps from then on, and the statements for the backend. before are
// the statements that make the database as it is.
func (k *call) settle(r, instance *resource, before, statements []string) (kept map[string]any, rest []string, _ *apiError) {
	kept = jsonCopy(r.extra)
	if kept == nil {
		kept = map[string]any{}
	}
	for _, statement := range statements {
		if done, err := keepRole(kept, statement); done || err != nil {
			if err != nil {
				return nil, nil, err
			}
			continue
		}
		database, options := optionsOf(statement)
		if options == nil {
			rest = append(rest, statement)
			continue
		}
		if database != r.id() {
			return nil, nil, errArgument("Error parsing Spanner DDL statement: %s : Database name in the statement does not match %s", statement, r.id())
		}
		var passed []string
		for _, o := range options {
			if err := k.checkOption(instance, o, append(before, rest...)); err != nil {
				return nil, nil, err
			}
			if slices.Contains(keptOptions, o.name) {
				kept[o.name] = o.value
				continue
			}
			passed = append(passed, o.name+" = "+o.literal)
		}
		switch {
		case len(passed) == len(options):
			rest = append(rest, statement)
		case len(passed) > 0: // only the GoogleSQL form holds several
			rest = append(rest, "ALTER DATABASE `"+r.id()+"` SET OPTIONS ("+strings.Join(passed, ", ")+")")
		}
	}
	return kept, rest, nil
}

// keepRole keeps roles, which the emulator does not know.
func keepRole(kept map[string]any, statement string) (bool, *apiError) {
	roles := textsOf(kept, rolesKept)
	create, drop := roleMade.FindStringSubmatch(statement), roleDropped.FindStringSubmatch(statement)
	switch {
	case create != nil && slices.Contains(roles, create[1]):
		return false, errPrecondition("Duplicate name in schema: " + create[1] + ".")
	case create != nil:
		roles = append(roles, create[1])
	case drop != nil && !slices.Contains(roles, drop[1]):
		return false, &apiError{code: 404, reason: "notFound", status: "NOT_FOUND", message: "Role not found: " + drop[1]}
	case drop != nil:
		roles = slices.DeleteFunc(roles, func(r string) bool { return r == drop[1] })
	default:
		return false, nil
	}
	list := make([]any, len(roles))
	for i, role := range roles {
		list[i] = role
	}
	kept[rolesKept] = list
	return true, nil
}

// checkOption refuses values of options that do not fit the database's instance.
func (k *call) checkOption(instance *resource, o option, schema []string) *apiError {
	config := k.s.store.get("spanner", text(instance.data, "config"))
	switch {
	case o.value == "" || config == nil:
		return nil
	case o.name == retentionOption:
		if d, ok := retention(o.value); !ok || d < time.Hour || d > 7*24*time.Hour {
			return errArgument("Invalid version_retention_period %q: it must be from 1 hour to 7 days.", o.value)
		}
	case o.name == timeZoneOption && slices.ContainsFunc(schema, isTable):
		return errPrecondition("The default_time_zone can only be set while the database has no tables.")
	case o.name == leaderOption && text(config.data, "quorumType") == "REGION":
		return errArgument("The default_leader cannot be set: instance config %s is regional.", config.path)
	case o.name == leaderOption && !slices.Contains(textsOf(config.data, "leaderOptions"), o.value):
		return errArgument("Invalid default_leader %q: instance config %s can have its leader in %s.", o.value, config.path, strings.Join(textsOf(config.data, "leaderOptions"), ", "))
	case o.name == leaseOption:
		regions := replicaRegions(config.data, readWriteReplica, readOnlyReplica)
		for region := range strings.SplitSeq(o.value, ",") {
			if !slices.Contains(regions, strings.TrimSpace(region)) {
				return errArgument("Invalid read_lease_regions %q: instance config %s serves reads in %s.", o.value, config.path, strings.Join(regions, ", "))
			}
		}
	}
	return nil
}

var tableStatement = regexp.MustCompile(`(?i)^\s*CREATE\s+TABLE\b`)

func isTable(statement string) bool { return tableStatement.MatchString(statement) }

var retentionPeriod = regexp.MustCompile(`^(\d{1,6})([smhd])$`)

// retention reads a period as "36h" or "7d".
func retention(period string) (time.Duration, bool) {
	m := retentionPeriod.FindStringSubmatch(period)
	if m == nil {
		return 0, false
	}
	var n int64
	for _, digit := range m[1] {
		n = n*10 + int64(digit-'0')
	}
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
	return time.Duration(n) * unit, true
}

// statements are those that make the database as it is: the backend's, and what
// the fake keeps.
func (k *call) statements(r *resource) ([]string, []byte, *apiError) {
	backend, ctx, cancel, failed := k.spanner()
	if failed != nil {
		return nil, nil, failed
	}
	defer cancel()
	out, descriptors, err := backend.DDL(ctx, r.path)
	if err != nil {
		return nil, nil, errSpanner(err)
	}
	postgres := r.data["databaseDialect"] == "POSTGRESQL"
	for _, name := range keptOptions {
		value := text(r.extra, name)
		switch {
		case value == "":
		case postgres:
			out = append(out, fmt.Sprintf(`ALTER DATABASE "%s" SET "spanner.%s" = '%s'`, r.id(), name, value))
		default:
			out = append(out, fmt.Sprintf("ALTER DATABASE `%s` SET OPTIONS (%s = '%s')", r.id(), name, value))
		}
	}
	for _, role := range textsOf(r.extra, rolesKept) {
		out = append(out, "CREATE ROLE "+role)
	}
	return out, descriptors, nil
}

func getDDL(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	statements, descriptors, err := k.statements(r)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	if len(statements) > 0 {
		answer["statements"] = statements
	}
	if len(descriptors) > 0 {
		answer["protoDescriptors"] = base64.StdEncoding.EncodeToString(descriptors)
	}
	return answer, nil
}

var operationID = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// updateDDL applies statements; what Spanner refuses is the answer, what fails
// later is the operation's.
func updateDDL(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	given := textsOf(k.body, "statements")
	if len(given) == 0 {
		return nil, errArgument("UpdateDatabaseDdl of %s has no statements.", r.path)
	}
	id := text(k.body, "operationId")
	name := r.path + "/operations/" + id
	if id != "" && !operationID.MatchString(id) {
		return nil, errArgument("Invalid operation id: %q.", id)
	}
	if id != "" && k.s.store.operations["spanner "+name] != nil {
		return nil, errExists(name)
	}
	descriptors, err := k.protoDescriptors()
	if err != nil {
		return nil, err
	}
	before, _, err := k.statements(r)
	if err != nil {
		return nil, err
	}
	kept, rest, err := k.settle(r, k.s.store.above(r), before, given)
	if err != nil {
		return nil, err
	}
	if k.failure == nil {
		if err := k.sendDDL(r, rest, descriptors); err != nil {
			return nil, err
		}
	}
	if k.failure == nil {
		r.extra = kept
	}
	op := k.startSpanner(r, "ddl")
	op["metadata"] = map[string]any{"@type": "type.googleapis.com/google.spanner.admin.database.v1.UpdateDatabaseDdlMetadata",
		"database": r.path, "statements": given}
	if id != "" {
		k.s.renameOperation("spanner", op, name)
	}
	return op, nil
}

// sendDDL gives statements to the backend. What fails after they were taken
// makes the operation fail.
func (k *call) sendDDL(r *resource, statements []string, descriptors []byte) *apiError {
	if len(statements) == 0 {
		return nil
	}
	backend, ctx, cancel, failed := k.spanner()
	if failed != nil {
		return failed
	}
	defer cancel()
	err := backend.UpdateDDL(ctx, r.path, statements, descriptors)
	var late *SpannerOperationError
	switch {
	case errors.As(err, &late):
		code, message := spannerStatus(err)
		k.failure = &OperationError{Code: rpcName(code), Message: message}
	case err != nil:
		return errSpanner(err)
	}
	return nil
}

// listDatabaseRoles lists the roles that every database has and those that
// statements made.
func listDatabaseRoles(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	var items []listed
	for _, role := range append([]string{"public", "spanner_info_reader", "spanner_sys_reader"}, textsOf(r.extra, rolesKept)...) {
		name := r.path + "/databaseRoles/" + role
		items = append(items, listed{name, map[string]any{"name": name}})
	}
	return k.listAnswer(&kind{schema: "DatabaseRole", word: "databaseRoles"}, items)
}
