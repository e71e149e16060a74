package spanneradmin

import (
	"context"
	"slices"

	"cloud.google.com/go/iam/apiv1/iampb"
)

// The permissions that schemas need.
const (
	PermissionGetDDL    = "spanner.databases.getDdl"
	PermissionUpdateDDL = "spanner.databases.updateDdl"
)

// MissingPermissions tells which of the permissions the credentials lack on a
// database. It makes one call and does not repeat it; an error means that there
// is no answer.
func (c *Client) MissingPermissions(ctx context.Context, path DatabasePath, permissions ...string) ([]string, error) {
	answer, err := c.admin.TestIamPermissions(ctx, &iampb.TestIamPermissionsRequest{Resource: path.String(), Permissions: permissions})
	if err != nil {
		return nil, apiError(err)
	}
	var missing []string
	for _, permission := range permissions {
		if !slices.Contains(answer.GetPermissions(), permission) {
			missing = append(missing, permission)
		}
	}
	return missing, nil
}
