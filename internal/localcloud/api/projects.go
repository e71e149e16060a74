package api

import "fmt"

// registerProjects: projects are made known by AddProject, not by a method, and
// the two versions of the API show them differently.
func registerProjects(h *hooks) {
	h.methods["cloudresourcemanager.projects.get"] = getProject
	h.methods["cloudresourcemanager.projects.list"] = listProjects
	h.methods["cloudresourcemanager.projects.search"] = listProjects
	for _, name := range []string{"create", "delete", "undelete", "update", "patch"} {
		// The generic code would make a resource that no call about a project finds.
		h.methods["cloudresourcemanager.projects."+name] = func(k *call) (map[string]any, *apiError) {
			return nil, errNotServed(k.method.ID)
		}
	}
}

func getProject(k *call) (map[string]any, *apiError) {
	return k.showProject(k.project), nil
}

func listProjects(k *call) (map[string]any, *apiError) {
	var items []listed
	for id, p := range k.s.projects {
		items = append(items, listed{id, k.showProject(p)})
	}
	return k.listAnswer(k.s.kindAt(k.service(), "projects/{}"), items)
}

// madeAt is when what exists from the beginning was made.
const madeAt = "2024-01-01T00:00:00.000Z"

func (k *call) showProject(p *project) map[string]any {
	if k.method.Document.Version == "v3" {
		return map[string]any{"name": "projects/" + p.number, "projectId": p.id, "displayName": p.id, "state": "ACTIVE", "createTime": madeAt, "updateTime": madeAt,
			"parent": "organizations/" + organization, "etag": fmt.Sprintf("W/%q", p.number)}
	}
	return map[string]any{"projectNumber": p.number, "projectId": p.id, "name": p.id, "lifecycleState": "ACTIVE", "createTime": madeAt,
		"parent": map[string]any{"type": "organization", "id": organization}}
}

// organization is what all projects are in.
const organization = "100000000001"
