package loadbalancer

import (
	"context"
	"time"

	"github.com/googleapis/gax-go/v2"
)

// Clock tells the time and waits. Tests put their own in its place.
type Clock interface {
	// Now is the current time.
	Now() time.Time
	// Wait returns nil after d, or the context's error when the context ends first.
	Wait(ctx context.Context, d time.Duration) error
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now implements Clock.
func (SystemClock) Now() time.Time { return time.Now() }

// Wait implements Clock.
func (SystemClock) Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d <= 0 {
		return nil
	}
	return gax.Sleep(ctx, d)
}
