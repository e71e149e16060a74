package localcloud

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	saveEvery = 3 * time.Second
	// saveLimit bounds the last save, for which nobody's context is left.
	saveLimit = time.Minute
)

// stateFile keeps a cloud in a file between runs.
type stateFile struct {
	path     string
	api      *api.Server
	warnings io.Writer
	restored bool // whether the file was there

	stop         context.CancelFunc
	done         chan struct{}
	emulatorEnds <-chan struct{}

	mu      sync.Mutex
	held    bool              // nothing is saved for now; so it is until the start is done
	last    [sha256.Size]byte // of what the file holds
	warning string            // the last one, which is not repeated
}

// openState loads what a file holds into a cloud that nobody has used yet. A
// file that is not there is made by the first save.
func openState(ctx context.Context, path string, server *api.Server, warnings io.Writer) (*stateFile, error) {
	if warnings == nil {
		warnings = io.Discard
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // a link stays one
	}
	f := &stateFile{path: path, api: server, warnings: warnings, held: true, done: make(chan struct{})}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return nil, fmt.Errorf("the state file %s cannot be made: %w", path, err)
		}
		return f, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the state file cannot be read: %w", err)
	}
	if err := server.Load(ctx, raw); err != nil {
		return nil, fmt.Errorf("the state file %s cannot be used and is left as it is: %w. "+
			"To begin with a new cloud, move the file away or name another one; to use it, run the localcloud that wrote it", path, err)
	}
	f.restored, f.last = true, sha256.Sum256(raw)
	return f, nil
}

// keep saves every few seconds what has changed, until close or until the
// emulator ends, which a save needs.
func (f *stateFile) keep(ctx context.Context, emulatorEnds <-chan struct{}) {
	ctx, f.stop = context.WithCancel(context.WithoutCancel(ctx))
	f.emulatorEnds = emulatorEnds
	go func() {
		select {
		case <-emulatorEnds:
			f.stop()
		case <-ctx.Done():
		}
	}()
	go func() {
		defer close(f.done)
		ticker := time.NewTicker(saveEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			err := f.save(ctx)
			if ctx.Err() != nil {
				return // the last save tells whether something is wrong
			}
			f.warn(err)
		}
	}()
}

// warn tells of a save that failed, once for each cause.
func (f *stateFile) warn(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		f.warning = ""
		return
	}
	if f.warning == err.Error() {
		return
	}
	f.warning = err.Error()
	// A warning that cannot be printed has nobody to be told of; the last save
	// fails for the same cause and is an error.
	_, _ = fmt.Fprintf(f.warnings, "%v; it is tried again every %s\n", err, saveEvery)
}

// hold stops saving, or goes on with it: a cloud that is only half made must not
// be what the next run begins with.
func (f *stateFile) hold(held bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held = held
}

// close saves for the last time.
func (f *stateFile) close() error {
	f.stop()
	<-f.done
	select {
	case <-f.emulatorEnds:
		return fmt.Errorf("the state cannot be saved without the Spanner emulator: %s holds what was there some seconds before the emulator ended", f.path)
	default:
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveLimit)
	defer cancel()
	return f.save(ctx)
}

// save writes the file when something has changed.
func (f *stateFile) save(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held {
		return nil
	}
	raw, err := f.api.Save(ctx)
	if err == nil {
		sum := sha256.Sum256(raw)
		if sum == f.last {
			return nil
		}
		if err = replaceFile(f.path, raw); err == nil {
			f.last = sum
		}
	}
	if err != nil {
		return fmt.Errorf("the state cannot be saved in %s: %w", f.path, err)
	}
	return nil
}

// replaceFile makes a file hold something, readable by its owner only. Whatever
// happens meanwhile, it holds the old or the new.
func replaceFile(path string, holds []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(holds)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
