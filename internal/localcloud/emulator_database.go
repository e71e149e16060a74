package localcloud

import (
	"context"
	"errors"
	"fmt"

	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	instance "cloud.google.com/go/spanner/admin/instance/apiv1"
	"cloud.google.com/go/spanner/admin/instance/apiv1/instancepb"
	"google.golang.org/api/option"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// emulatorConfig is the only instance configuration that the emulator has.
const emulatorConfig = "emulator-config"

// CreateDatabase creates an empty GoogleSQL database, and its instance when
// that is absent. A database that exists already is an error.
func (e *Emulator) CreateDatabase(ctx context.Context, project, instanceID, databaseID string) error {
	if err := e.CreateInstance(ctx, project, instanceID); err != nil {
		return err
	}
	parent := instancePath(project, instanceID)
	client, err := database.NewDatabaseAdminClient(ctx, option.WithGRPCConn(e.conn))
	if err != nil {
		return fmt.Errorf("connect to the Spanner emulator: %w", err)
	}
	op, err := client.CreateDatabase(ctx, &databasepb.CreateDatabaseRequest{
		Parent:          parent,
		CreateStatement: "CREATE DATABASE `" + databaseID + "`",
	})
	if err == nil {
		_, err = op.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("create database %s/databases/%s in the Spanner emulator: %w", parent, databaseID, e.because(err))
	}
	return nil
}

// CreateInstance creates an instance of one node; one that exists is kept.
func (e *Emulator) CreateInstance(ctx context.Context, project, instanceID string) error {
	client, err := instance.NewInstanceAdminClient(ctx, option.WithGRPCConn(e.conn))
	if err != nil {
		return fmt.Errorf("connect to the Spanner emulator: %w", err)
	}
	op, err := client.CreateInstance(ctx, &instancepb.CreateInstanceRequest{
		Parent:     "projects/" + project,
		InstanceId: instanceID,
		Instance: &instancepb.Instance{
			Config:      "projects/" + project + "/instanceConfigs/" + emulatorConfig,
			DisplayName: instanceID,
			NodeCount:   1,
		},
	})
	if err == nil {
		_, err = op.Wait(ctx)
	}
	if err != nil && status.Code(err) != codes.AlreadyExists {
		return fmt.Errorf("create instance %s in the Spanner emulator: %w", instancePath(project, instanceID), e.because(err))
	}
	return nil
}

// because adds the emulator's own end to a failed call, which would otherwise
// only say that the connection was refused.
func (e *Emulator) because(err error) error {
	return errors.Join(err, e.Err())
}

func instancePath(project, instanceID string) string {
	return "projects/" + project + "/instances/" + instanceID
}
