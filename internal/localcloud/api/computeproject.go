package api

// registerComputeProject: Compute shows a project in its own way.
func registerComputeProject(h *hooks) {
	h.methods["compute.projects.get"] = func(k *call) (map[string]any, *apiError) {
		return map[string]any{
			"kind": "compute#project", "id": k.project.number, "name": k.project.id, "selfLink": computeSelfLink + "projects/" + k.project.id,
			"defaultServiceAccount": k.project.number + "-compute@developer.gserviceaccount.com", "defaultNetworkTier": "PREMIUM",
			"commonInstanceMetadata": map[string]any{"kind": "compute#metadata", "fingerprint": "bG9jYWxjbG91ZA=="},
		}, nil
	}
}
