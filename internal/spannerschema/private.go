package spannerschema

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// The keys of private state.
const (
	// liveEcho is what the database answered when it was last read.
	liveEcho = "live_echo"
	// appliedEcho is what it answered right after the text in state was applied.
	appliedEcho = "applied_echo"
)

// maxEcho limits what is unpacked: Spanner's own limit is 10 MiB for a schema.
const maxEcho = 64 << 20

// The parts of the framework's private state that echoes need.
type (
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// echo is the schema as the database tells it.
type echo struct {
	Statements []string `json:"statements"`
}

// schema reads the echo.
func (e *echo) schema() *ddl.Schema {
	return ddl.ParseEcho(e.Statements)
}

// storedEcho is how an echo is kept: schemas are long and repeat themselves,
// and core keeps private state in plans and states as often as it likes.
type storedEcho struct {
	Gzip []byte `json:"gzip"`
}

// readEcho gives nil when there is no echo under the key.
func readEcho(ctx context.Context, private privateReader, key string) (*echo, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, key)
	if diags.HasError() || value == nil {
		return nil, diags
	}
	read, err := unpack(value)
	if err != nil {
		diags.AddError("The stored copy of the database's schema is damaged",
			fmt.Sprintf("Private state %q: %v. Run `terraform apply -refresh-only` to read the schema anew; if that does not help, remove the resource from the state and import it.", key, err))
		return nil, diags
	}
	return read, diags
}

func writeEcho(ctx context.Context, private privateWriter, key string, e echo) diag.Diagnostics {
	value, err := pack(e)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("The database's schema cannot be kept in private state", sentence(err.Error()))
		return diags
	}
	return private.SetKey(ctx, key, value)
}

func pack(e echo) ([]byte, error) {
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(plain); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return json.Marshal(storedEcho{Gzip: packed.Bytes()})
}

func unpack(value []byte) (*echo, error) {
	var stored storedEcho
	if err := json.Unmarshal(value, &stored); err != nil {
		return nil, err
	}
	reader, err := gzip.NewReader(bytes.NewReader(stored.Gzip))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(reader, maxEcho))
	if err != nil {
		return nil, err
	}
	read := new(echo)
	if err := json.Unmarshal(plain, read); err != nil {
		return nil, err
	}
	return read, nil
}
