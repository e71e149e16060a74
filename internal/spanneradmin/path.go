package spanneradmin

import (
	"fmt"
	"regexp"
	"strings"
)

// DatabasePath names a database. Project is empty when the text it was read
// from names none.
type DatabasePath struct {
	Project  string
	Instance string
	Database string
}

// String gives "projects/p/instances/i/databases/d".
func (p DatabasePath) String() string {
	return fmt.Sprintf("projects/%s/instances/%s/databases/%s", p.Project, p.Instance, p.Database)
}

// InstancePath gives "projects/p/instances/i".
func (p DatabasePath) InstancePath() string {
	return fmt.Sprintf("projects/%s/instances/%s", p.Project, p.Instance)
}

// What the API accepts as names.
var (
	projectName  = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$`)
	instanceName = regexp.MustCompile(`^[a-z][-a-z0-9]{0,62}[a-z0-9]$`)
	databaseName = regexp.MustCompile(`^[a-z][-_a-z0-9]{0,28}[a-z0-9]$`)
)

// ParseDatabasePath reads one of the three forms in which a database is named:
// "projects/p/instances/i/databases/d", "p/i/d" and "i/d", the last being the
// id that google_spanner_database exports. The error says which part is wrong.
func ParseDatabasePath(text string) (DatabasePath, error) {
	parts := strings.Split(text, "/")
	var path DatabasePath
	switch {
	case len(parts) == 2:
		path = DatabasePath{Instance: parts[0], Database: parts[1]}
	case len(parts) == 3:
		path = DatabasePath{Project: parts[0], Instance: parts[1], Database: parts[2]}
	case len(parts) == 6 && parts[0] == "projects" && parts[2] == "instances" && parts[4] == "databases":
		path = DatabasePath{Project: parts[1], Instance: parts[3], Database: parts[5]}
	default:
		return DatabasePath{}, fmt.Errorf("%q is not the name of a database: write \"instance/database\", \"project/instance/database\" or \"projects/PROJECT/instances/INSTANCE/databases/DATABASE\"", text)
	}
	if len(parts) > 2 {
		if err := CheckProject(path.Project); err != nil {
			return DatabasePath{}, fmt.Errorf("%w in %q", err, text)
		}
	}
	if !instanceName.MatchString(path.Instance) {
		return DatabasePath{}, fmt.Errorf("%q in %q is not the name of a Spanner instance: 2 to 64 lower-case letters, digits and hyphens, a letter first, no hyphen at the end", path.Instance, text)
	}
	if !databaseName.MatchString(path.Database) {
		return DatabasePath{}, fmt.Errorf("%q in %q is not the name of a Spanner database: 2 to 30 lower-case letters, digits, hyphens and underscores, a letter first, a letter or digit last", path.Database, text)
	}
	return path, nil
}

// CheckProject tells whether the text can be the id or number of a project.
func CheckProject(text string) error {
	if !projectName.MatchString(text) {
		return fmt.Errorf("%q is not the id of a project: lower-case letters, digits and hyphens", text)
	}
	return nil
}
