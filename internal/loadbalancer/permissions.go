package loadbalancer

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Permissions that moving a region in and out takes.
const (
	PermissionGetService    = "compute.backendServices.get"
	PermissionUpdateService = "compute.backendServices.update"
	PermissionUseGroup      = "compute.networkEndpointGroups.use"
)

// LacksOnService gives the permissions that the caller lacks for changing a
// backend service, as the API says without anything being changed. The answer
// may be as old as the client.
func (c *Client) LacksOnService(ctx context.Context, project, name string) ([]string, error) {
	return c.lacks(ctx, fmt.Sprintf("ask for permissions on backend service %q of project %q", name, project),
		servicePath(project, name), PermissionGetService, PermissionUpdateService)
}

// LacksOnGroup is LacksOnService for attaching a network endpoint group.
func (c *Client) LacksOnGroup(ctx context.Context, project string, group NEG) ([]string, error) {
	return c.lacks(ctx, fmt.Sprintf("ask for permissions on network endpoint group %q in %s", group.Name, group.Zone),
		"projects/"+url.PathEscape(project)+"/zones/"+url.PathEscape(group.Zone)+"/networkEndpointGroups/"+url.PathEscape(group.Name), PermissionUseGroup)
}

func (c *Client) lacks(ctx context.Context, operation, path string, permissions ...string) ([]string, error) {
	return c.permissions.get(ctx, path+" "+strings.Join(permissions, " "), func(ctx context.Context) ([]string, error) {
		var has struct {
			Permissions []string `json:"permissions"`
		}
		err := c.call(ctx, request{
			operation: operation,
			method:    http.MethodPost,
			path:      path + "/testIamPermissions",
			body:      map[string][]string{"permissions": permissions},
		}, &has)
		if err != nil {
			return nil, err
		}
		return slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return slices.Contains(has.Permissions, p) }), nil
	})
}
