package api

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// registerSQLUsers: users are named by query parameters where they are changed
// and deleted, and passwords are never shown.
func registerSQLUsers(h *hooks) {
	users, databases := kindKey("sqladmin", "users"), kindKey("sqladmin", "databases")
	h.methods["sql.users.insert"], h.methods["sql.users.update"], h.methods["sql.users.delete"] = insertSQLUser, updateSQLUser, deleteSQLUser
	h.check[users], h.show[users] = checkSQLUser, showSQLUser
	h.check[databases], h.deletion[databases] = checkSQLDatabase, checkSQLDatabaseDeletion
}

// sqlInstanceOf finds the instance whose database or user a call is about. A
// replica has those of its primary and takes no others.
func (k *call) sqlInstanceOf() (*resource, *apiError) {
	instance, err := k.find("projects/" + k.project.id + "/instances/" + k.arg("instance"))
	if err != nil {
		return nil, err
	}
	if err := k.sqlIdle(instance); err != nil {
		return nil, err
	}
	if text(instance.data, "masterInstanceName") != "" {
		return nil, errSQL("The instance '%s' is a read replica: its databases and users are those of its primary.", instance.id())
	}
	return instance, nil
}

// insertSQLUser makes a user. One with a password that is there gets the new
// password, as the user that every instance begins with.
func insertSQLUser(k *call) (map[string]any, *apiError) {
	if _, err := k.sqlInstanceOf(); err != nil {
		return nil, err
	}
	name := text(k.body, "name")
	if name == "" || strings.Contains(name, "/") {
		return nil, errSQL("User name is missing or invalid: '%s'.", name)
	}
	of := k.kind(0)
	if of == nil {
		template, _ := shape(k.method)
		of = k.s.kindAt(k.service(), template+"/{}")
	}
	dropNulls(k.body)
	r := k.s.store.get("sqladmin", k.path+"/"+name)
	if r == nil {
		return k.make(&resource{kind: of, service: k.service(), path: k.path + "/" + name}, k.body)
	}
	if sqlUserType(r.data) != "BUILT_IN" || sqlUserType(k.body) != "BUILT_IN" {
		return nil, errExists(r.path)
	}
	return k.replace(r, "update", mergePatch(r.data, k.body))
}

func sqlUserType(data map[string]any) string {
	if given := text(data, "type"); given != "" {
		return given
	}
	return "BUILT_IN"
}

// namedSQLUser finds the user that the query names.
func (k *call) namedSQLUser() (*resource, *apiError) {
	if _, err := k.sqlInstanceOf(); err != nil {
		return nil, err
	}
	if k.query.Get("host") != "" {
		return nil, errSQL("PostgreSQL users have no host.")
	}
	return k.find(k.path + "/" + k.query.Get("name"))
}

func updateSQLUser(k *call) (map[string]any, *apiError) {
	r, err := k.namedSQLUser()
	if err != nil {
		return nil, err
	}
	if given := text(k.body, "type"); given != "" && given != sqlUserType(r.data) {
		return nil, errSQL("The type of a user cannot be changed.")
	}
	dropNulls(k.body)
	after := mergePatch(r.data, k.body)
	after["name"] = r.data["name"]
	if roles := k.query["databaseRoles"]; len(roles) > 0 || k.query.Get("revokeExistingRoles") == "true" {
		if k.query.Get("revokeExistingRoles") != "true" {
			roles = append(texts(r.data["databaseRoles"]), roles...)
		}
		after["databaseRoles"] = anys(roles)
	}
	return k.replace(r, "update", after)
}

func deleteSQLUser(k *call) (map[string]any, *apiError) {
	r, err := k.namedSQLUser()
	if err != nil {
		return nil, err
	}
	return k.remove(r)
}

func showSQLUser(_ *Server, r *resource) map[string]any {
	shown := maps.Clone(r.data)
	delete(shown, "password")
	return shown
}

// checkSQLUser refuses users who can be nobody.
func checkSQLUser(k *call, r, before *resource) *apiError {
	instance, err := k.sqlInstanceOf()
	if err != nil {
		return err
	}
	d := r.data
	fillMissing(d, map[string]any{"type": "BUILT_IN", "host": ""})
	d["kind"], d["project"], d["instance"], d["name"] = "sql#user", k.project.id, instance.id(), r.id()
	name, password := r.id(), text(d, "password")
	if text(d, "host") != "" {
		return errSQL("PostgreSQL users have no host.")
	}
	if d["type"] == "BUILT_IN" {
		if before == nil && password == "" {
			return errSQL("The user '%s' needs a password.", name)
		}
		if before != nil && password == text(before.data, "password") {
			return nil
		}
		return sqlPassword(object(object(instance.data, "settings"), "passwordValidationPolicy"), name, password)
	}
	if password != "" {
		return errSQL("The IAM user '%s' cannot have a password.", name)
	}
	if name != strings.ToLower(name) {
		return errSQL("The name of the IAM user '%s' must be in lower case.", name)
	}
	if d["type"] != "CLOUD_IAM_SERVICE_ACCOUNT" {
		if !strings.Contains(name, "@") {
			return errSQL("Provided %s: %s, does not exist.", d["type"], name)
		}
		d["iamEmail"] = name
		return nil
	}
	if strings.HasSuffix(name, ".gserviceaccount.com") {
		return errSQL("Database username for Cloud IAM service account should be created without \".gserviceaccount.com\" suffix.")
	}
	email := name + ".gserviceaccount.com"
	m := serviceAccountEmail.FindStringSubmatch(email)
	if m == nil || k.s.projects[m[2]] != nil && k.s.store.get("iam", "projects/"+m[2]+"/serviceAccounts/"+email) == nil {
		return errSQL("Provided CLOUD_IAM_SERVICE_ACCOUNT: %s, does not exist.", email)
	}
	d["iamEmail"] = email
	return nil
}

// sqlPassword checks a password against the instance's policy.
func sqlPassword(policy map[string]any, name, password string) *apiError {
	if policy["enablePasswordPolicy"] != true {
		return nil
	}
	shortest, _ := policy["minLength"].(float64) // without one any length will do
	has := func(is func(rune) bool) bool { return strings.IndexFunc(password, is) >= 0 }
	other := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	switch {
	case len(password) < int(shortest):
		return errSQL("The password is shorter than the %v characters that the instance's policy asks for.", shortest)
	case policy["complexity"] == "COMPLEXITY_DEFAULT" && (!has(unicode.IsLower) || !has(unicode.IsUpper) || !has(unicode.IsDigit) || !has(other)):
		return errSQL("The password must have lower case, upper case, digits and other characters, as the instance's policy asks for.")
	case policy["disallowUsernameSubstring"] == true && strings.Contains(strings.ToLower(password), strings.ToLower(name)):
		return errSQL("The password must not contain the user's name.")
	}
	return nil
}

// checkSQLDatabase: PostgreSQL fixes a database's encoding when it is made.
func checkSQLDatabase(k *call, r, before *resource) *apiError {
	instance, err := k.sqlInstanceOf()
	if err != nil {
		return err
	}
	d := r.data
	if before != nil {
		fillMissing(d, map[string]any{"charset": before.data["charset"], "collation": before.data["collation"]})
		for _, name := range []string{"charset", "collation"} {
			if d[name] != before.data[name] {
				return errSQL("The %s of a PostgreSQL database cannot be changed.", name)
			}
		}
	}
	fillMissing(d, map[string]any{"charset": "UTF8", "collation": "en_US.UTF8"})
	d["kind"], d["project"], d["instance"], d["name"], d["selfLink"] = "sql#database", k.project.id, instance.id(), r.id(), selfLink(r.kind, r.path)
	if d["charset"] != "UTF8" {
		return errSQL("The charset '%s' is not supported: PostgreSQL databases have UTF8.", d["charset"])
	}
	return nil
}

func checkSQLDatabaseDeletion(k *call, r *resource) *apiError {
	if _, err := k.sqlInstanceOf(); err != nil {
		return err
	}
	if slices.Contains([]string{"postgres", "template0", "template1"}, r.id()) {
		return errSQL("The system database '%s' cannot be deleted.", r.id())
	}
	return nil
}
