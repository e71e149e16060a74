package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/spanner"
	"github.com/google/uuid"
	"google.golang.org/api/option"
	"google.golang.org/grpc/codes"
)

// Names of the tables in the ledger's own schema.
const (
	DefaultTable        = "LedgerRegions"
	DefaultHistoryTable = "LedgerRegionChanges"
)

const (
	// readLimit bounds one read of the region table.
	readLimit = 5 * time.Second
	// writeLimit bounds one transaction.
	writeLimit = 10 * time.Second
)

// Tables names the region table and its history.
type Tables struct {
	// Regions has one row for each region of each ledger.
	Regions string
	// History has one row for each change.
	History string
}

// Row is one region of a ledger as the region table has it.
type Row struct {
	// LedgerID and Region are the key.
	LedgerID string
	Region   string
	// State is ACTIVE or DRAINED; LEFT in the history's last line.
	State string
	// CapacityPercent is the share of its maximum rate the region takes, 0 to 100.
	CapacityPercent int64
	// Zones are those in which the region is attached to the load balancer.
	Zones []string
	// ProviderVersion is the version of the provider that wrote the row.
	ProviderVersion string
	// UpdatedAt is the commit time. It is set by Spanner and ignored on writing.
	UpdatedAt time.Time
}

var columns = []string{"LedgerId", "Region", "State", "CapacityPercent", "Zones", "ProviderVersion", "UpdatedAt"}

// Client reads and writes the region table of one database.
type Client struct {
	spanner  *spanner.Client
	database string
	// writing holds one token for each write under way. Writes of one client wait
	// for each other: they touch the same few rows, and the emulator loses a
	// transaction when its session begins another.
	writing chan struct{}

	planMu sync.Mutex
	plans  map[string]*planned
}

// New makes a client of a database given as
// "projects/P/instances/I/databases/D".
func New(ctx context.Context, databasePath string, opts ...option.ClientOption) (*Client, error) {
	c, err := spanner.NewClientWithConfig(ctx, databasePath, spanner.ClientConfig{
		// Metrics of this client would be written to the user's project.
		DisableNativeMetrics: true,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to database %s: %w", databasePath, err)
	}
	return &Client{spanner: c, database: databasePath, writing: make(chan struct{}, 1)}, nil
}

// Close ends the client's connections.
func (c *Client) Close() error {
	c.spanner.Close()
	return nil
}

// Put writes a region's row and a line of its history in one transaction.
// reason says in a few words what led to the change. A row that already says
// the same is left alone, with its history.
func (c *Client) Put(ctx context.Context, t Tables, row Row, reason string) error {
	return c.write(ctx, t, "write", row, func(ctx context.Context, txn *spanner.ReadWriteTransaction) ([]*spanner.Mutation, error) {
		old, found, err := readRow(ctx, txn, t, row.LedgerID, row.Region)
		if err != nil {
			return nil, err
		}
		if found && old.same(row) {
			return nil, nil
		}
		return []*spanner.Mutation{spanner.InsertOrUpdate(t.Regions, columns, []any{
			row.LedgerID, row.Region, row.State, row.CapacityPercent, row.Zones, row.ProviderVersion, spanner.CommitTimestamp,
		})}, nil
	}, reason)
}

// Remove deletes a region's row and writes the last line of its history, in one
// transaction. A row that does not exist is no error and writes nothing.
func (c *Client) Remove(ctx context.Context, t Tables, row Row, reason string) error {
	return c.write(ctx, t, "remove", row, func(ctx context.Context, txn *spanner.ReadWriteTransaction) ([]*spanner.Mutation, error) {
		_, found, err := readRow(ctx, txn, t, row.LedgerID, row.Region)
		if err != nil || !found {
			return nil, err
		}
		return []*spanner.Mutation{spanner.Delete(t.Regions, spanner.Key{row.LedgerID, row.Region})}, nil
	}, reason)
}

// write runs change in a transaction, with a line of history when it changes anything.
func (c *Client) write(ctx context.Context, t Tables, verb string, row Row, change func(context.Context, *spanner.ReadWriteTransaction) ([]*spanner.Mutation, error), reason string) error {
	defer c.forget()
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-ctx.Done():
		return fmt.Errorf("%s row (%s, %s) of table %s in %s: waiting for another write: %w",
			verb, row.LedgerID, row.Region, t.Regions, c.database, ctx.Err())
	}
	// One id for all attempts of the transaction, so that no line is written twice.
	id := uuid.NewString()
	_, err := c.spanner.ReadWriteTransaction(ctx, func(ctx context.Context, txn *spanner.ReadWriteTransaction) error {
		mutations, err := change(ctx, txn)
		if err != nil || len(mutations) == 0 {
			return err
		}
		return txn.BufferWrite(append(mutations, spanner.InsertOrUpdate(t.History,
			[]string{"LedgerId", "Region", "ChangeId", "State", "CapacityPercent", "Zones", "ProviderVersion", "Reason", "ChangedAt"},
			[]any{row.LedgerID, row.Region, id, row.State, row.CapacityPercent, row.Zones, row.ProviderVersion, reason, spanner.CommitTimestamp},
		)))
	})
	if err != nil {
		return fmt.Errorf("%s row (%s, %s) of table %s in %s: %w", verb, row.LedgerID, row.Region, t.Regions, c.database, plain(ctx, err))
	}
	return nil
}

// Regions reads all rows of a ledger, by region.
func (c *Client) Regions(ctx context.Context, t Tables, ledgerID string) ([]Row, error) {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var rows []Row
	err := c.spanner.Single().Read(ctx, t.Regions, spanner.Key{ledgerID}.AsPrefix(), columns).Do(func(r *spanner.Row) error {
		row, err := decode(r)
		rows = append(rows, row)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the rows of ledger %s from table %s in %s: %w", ledgerID, t.Regions, c.database, plain(ctx, err))
	}
	return rows, nil
}

func readRow(ctx context.Context, txn *spanner.ReadWriteTransaction, t Tables, ledgerID, region string) (Row, bool, error) {
	r, err := txn.ReadRow(ctx, t.Regions, spanner.Key{ledgerID, region}, columns)
	if errors.Is(err, spanner.ErrRowNotFound) {
		return Row{}, false, nil
	}
	if err != nil {
		return Row{}, false, err
	}
	row, err := decode(r)
	return row, err == nil, err
}

func decode(r *spanner.Row) (Row, error) {
	var row Row
	var version spanner.NullString
	err := r.Columns(&row.LedgerID, &row.Region, &row.State, &row.CapacityPercent, &row.Zones, &version, &row.UpdatedAt)
	row.ProviderVersion = version.StringVal
	slices.Sort(row.Zones)
	return row, err
}

// same compares all that Put writes.
func (r Row) same(o Row) bool {
	return r.State == o.State && r.CapacityPercent == o.CapacityPercent &&
		slices.Equal(r.Zones, o.Zones) && r.ProviderVersion == o.ProviderVersion
}

// plain puts the failures that a user meets most into words: no answer in time,
// and a database or table that is not there.
func plain(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer in time from Spanner: %w", err)
	}
	if text := err.Error(); spanner.ErrCode(err) == codes.NotFound &&
		(strings.Contains(text, "Table not found") || strings.Contains(text, "Database not found")) {
		return fmt.Errorf("the database or the table does not exist: %w", err)
	}
	return err
}
