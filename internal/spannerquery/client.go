// Package spannerquery asks the rows of a database a few questions: one
// read-only query each, outside any transaction, a little in the past so that
// it locks nothing and any replica can answer.
package spannerquery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/spanner"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
)

// Staleness is how far in the past queries read, unless Options say otherwise.
const Staleness = 15 * time.Second

// Options configure a Client.
type Options struct {
	// Staleness is how far in the past queries read; 0 reads what is there now.
	Staleness time.Duration
	// ClientOptions carry endpoint, credentials and user agent.
	ClientOptions []option.ClientOption
}

// Client queries one database. It is safe for concurrent use.
type Client struct {
	spanner *spanner.Client
	bound   spanner.TimestampBound
}

// New makes a client of a database given as
// "projects/P/instances/I/databases/D".
func New(ctx context.Context, databasePath string, o Options) (*Client, error) {
	c, err := spanner.NewClientWithConfig(ctx, databasePath, spanner.ClientConfig{
		// Metrics of this client would be written to the user's project.
		DisableNativeMetrics: true,
	}, o.ClientOptions...)
	if err != nil {
		return nil, fmt.Errorf("connect to database %s: %w", databasePath, err)
	}
	bound := spanner.StrongRead()
	if o.Staleness > 0 {
		bound = spanner.ExactStaleness(o.Staleness)
	}
	return &Client{spanner: c, bound: bound}, nil
}

// Close ends the client's connections.
func (c *Client) Close() error {
	c.spanner.Close()
	return nil
}

// Count gives the one INT64 that a query gives.
func (c *Client) Count(ctx context.Context, sql string) (int64, error) {
	var count int64
	err := c.each(ctx, sql, func(row *spanner.Row) error { return row.Column(0, &count) })
	return count, err
}

// Texts gives the first column of all rows, each a STRING that is not NULL.
func (c *Client) Texts(ctx context.Context, sql string) ([]string, error) {
	var texts []string
	err := c.each(ctx, sql, func(row *spanner.Row) error {
		var text spanner.NullString
		if err := row.Column(0, &text); err != nil {
			return err
		}
		texts = append(texts, text.StringVal)
		return nil
	})
	return texts, err
}

// Rows gives all rows, each with all its columns, which must be STRING; NULL
// is empty.
func (c *Client) Rows(ctx context.Context, sql string) ([][]string, error) {
	var rows [][]string
	err := c.each(ctx, sql, func(row *spanner.Row) error {
		texts := make([]string, row.Size())
		for i := range texts {
			var text spanner.NullString
			if err := row.Column(i, &text); err != nil {
				return err
			}
			texts[i] = text.StringVal
		}
		rows = append(rows, texts)
		return nil
	})
	return rows, err
}

func (c *Client) each(ctx context.Context, sql string, f func(*spanner.Row) error) error {
	rows := c.spanner.Single().WithTimestampBound(c.bound).Query(ctx, spanner.Statement{SQL: sql})
	defer rows.Stop()
	for {
		row, err := rows.Next()
		if errors.Is(err, iterator.Done) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
}
