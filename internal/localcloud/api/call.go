package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// call is one request on its way to what answers it.
type call struct {
	ctx     context.Context // of the request
	s       *Server
	method  *discovery.Method
	args    map[string]string
	path    string // below the version: the name of what the call is about
	query   url.Values
	header  http.Header
	raw     []byte
	upload  bool
	body    map[string]any
	project *project
	failure *OperationError // how the operation that it starts is to end
	// reply replaces the JSON answer, for downloads.
	reply *answer
}

// service is the name of the API, as "compute".
func (k *call) service() string { return k.method.Document.Name }

// arg returns the first of some path parameters that the path has.
func (k *call) arg(names ...string) string {
	for _, name := range names {
		if value, ok := k.args[name]; ok {
			return value
		}
	}
	return ""
}

// last is the path's last parameter: the id of what the call is about.
func (k *call) last() string { return k.path[strings.LastIndexByte(k.path, '/')+1:] }

// projectArgs are the names under which paths hold a project.
var projectArgs = []string{"project", "projectsId", "projectId", "v3Id1"}

// place finds project and location of the call, and turns a project's number
// into its id.
func (k *call) place() *apiError {
	for _, name := range projectArgs {
		given, ok := k.args[name]
		if !ok || given == "-" || name == "v3Id1" && k.args["v3Id"] != "projects" {
			continue
		}
		id := k.s.projectID(given)
		k.project = k.s.projects[id]
		if k.project == nil {
			return errNoProject(k.service(), given)
		}
		k.args[name] = id
		k.path = strings.Replace(k.path+"/", "projects/"+given+"/", "projects/"+id+"/", 1)
		k.path = strings.TrimSuffix(k.path, "/")
	}
	if err := k.placeOtherwise(); err != nil {
		return err
	}
	if k.project != nil && k.project.disabled[k.service()+".googleapis.com"] {
		return errServiceDisabled(k.service(), k.project)
	}
	if permission := k.method.ID; k.project != nil && (k.project.denied[permission] || k.project.denied[permissionOf(permission)]) {
		return errForbidden(permissionOf(permission), k.path)
	}
	return k.checkPlace()
}

// placeOtherwise finds the project of a call whose path has no parameter of that
// name: under a parameter named otherwise, by the service account where any
// project will do, by a bucket, or in the query.
func (k *call) placeOtherwise() *apiError {
	if k.project != nil {
		return nil
	}
	given := k.query.Get("project")
	if k.service() == "storage" && given == "" {
		if bucket := k.s.store.get("storage", "b/"+k.arg("bucket", "sourceBucket", "destinationBucket")); bucket != nil {
			given = k.s.projectID(text(bucket.data, "projectNumber"))
		}
	}
	segments := strings.Split(k.path, "/")
	if segments[0] == "projects" && len(segments) > 1 {
		given = segments[1]
	}
	if m := serviceAccountEmail.FindStringSubmatch(k.args["serviceAccountsId"]); given == "-" && m != nil {
		given = m[2]
		segments[1] = given
	}
	if given == "" || given == "-" {
		return nil
	}
	if k.project = k.s.projects[k.s.projectID(given)]; k.project == nil {
		return errNoProject(k.service(), given)
	}
	if segments[0] == "projects" {
		segments[1] = k.project.id
		k.path = strings.Join(segments, "/")
	}
	return nil
}

// checkPlace refuses regions, zones and locations that Google does not have.
func (k *call) checkPlace() *apiError {
	region, zone := k.args["region"], k.args["zone"]
	location := k.args["locationsId"]
	switch {
	case region != "" && k.service() == "compute" && regionZones[region] == "":
		return errNotFound("projects/" + k.project.id + "/regions/" + region)
	case zone != "" && k.service() == "compute" && k.s.zones[zone] == "":
		return errNotFound("projects/" + k.project.id + "/zones/" + zone)
	case location != "" && !k.s.isLocation(location):
		return &apiError{code: http.StatusForbidden, reason: "forbidden", status: "PERMISSION_DENIED",
			message: "Permission denied on 'locations/" + location + "' (or it may not exist)."}
	}
	return nil
}

// isLocation reports whether something can be made in a place.
func (s *Server) isLocation(name string) bool {
	return slices.Contains([]string{"global", "us", "eu", "asia", "-", "nam-eur-asia1", "nam3"}, strings.ToLower(name)) ||
		regionZones[name] != "" || s.zones[name] != ""
}

// permissionOf is the permission that a method needs where it is not the
// method's own name.
func permissionOf(method string) string {
	for suffix, with := range map[string]string{".patch": ".update", ".insert": ".create", ".aggregatedList": ".list", ".getHealth": ".get", ".listNetworkEndpoints": ".get"} {
		if before, ok := strings.CutSuffix(method, suffix); ok {
			return before + with
		}
	}
	return method
}
