package api

// hooks are what a document does not say. They are few on purpose: each names
// the kind ("service word") or method that it is for, and why that needs more.
type hooks struct {
	// methods are those that a shape does not tell enough about, by id.
	methods map[string]hook
	// check refuses what Google refuses of a kind beyond its schema, and fills in
	// what Google fills in; before is nil for a new resource.
	check map[string]func(k *call, r, before *resource) *apiError
	// deletion refuses deletions that Google refuses.
	deletion map[string]func(k *call, r *resource) *apiError
	// made makes what Google makes together with a resource.
	made map[string]func(s *Server, r *resource)
	// gone removes what goes with a resource.
	gone map[string]func(s *Server, r *resource)
	// replaced looks at new data before it replaces the old.
	replaced map[string]func(s *Server, r *resource, after map[string]any)
	// refers gives keys of what a resource uses without naming it in full.
	refers map[string]func(r *resource) []string
	// show says how a resource is shown where that is not how it is stored.
	show map[string]func(s *Server, r *resource) map[string]any
	// seed makes what is there before anybody asks for anything.
	seed []func(s *Server)
}

func newHooks() *hooks {
	h := &hooks{
		methods: map[string]hook{},
		check:   map[string]func(*call, *resource, *resource) *apiError{}, deletion: map[string]func(*call, *resource) *apiError{},
		made: map[string]func(*Server, *resource){}, gone: map[string]func(*Server, *resource){},
		replaced: map[string]func(*Server, *resource, map[string]any){}, show: map[string]func(*Server, *resource) map[string]any{},
		refers: map[string]func(*resource) []string{},
	}
	for _, register := range []func(*hooks){
		registerPlaces,
		registerUser,
		registerBackendServices,
		registerNEGs,
		registerSecurityPolicies,
		registerNetworks,
		registerEdge,
		registerComputeProject,
		registerServiceNetworking,
		registerSQL,
		registerRedis,
		registerMemorystore,
		registerContainer,
		registerHub,
		registerSpanner,
		registerCloudBilling,
		registerAlerting,
		registerMonitoring,
		registerDashboards,
		registerBigQuery,
		registerBigQueryJoins,
		registerPubSub,
		registerLogging,
		registerDatastream,
		registerDataflow,
		registerExtensions,
		registerProjects, registerServiceUsage, registerAccounts, registerRoles, registerWorkloadIdentity,
		registerKeys, registerSecrets, registerParameters, registerQueues,
		registerZones, registerCertificates, registerBuckets, registerObjects,
	} {
		register(h)
	}
	return h
}

// registerPlaces: regions and zones are not made by anybody.
func registerPlaces(h *hooks) {
	h.methods["compute.regions.get"], h.methods["compute.regions.list"] = getRegion, listRegions
	h.methods["compute.zones.get"], h.methods["compute.zones.list"] = getZone, listZones
}

// registerUser: who the caller is, for providers that want to know.
func registerUser(h *hooks) {
	who := func(*call) (map[string]any, *apiError) {
		return map[string]any{"email": "localcloud@example.com", "id": "100000000000000000000", "verified_email": true}, nil
	}
	h.methods["oauth2.userinfo.get"], h.methods["oauth2.userinfo.v2.me.get"] = who, who
}
