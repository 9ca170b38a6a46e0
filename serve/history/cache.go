package history

import (
	"context"
	"sync"
)

// cached is what was computed for the current contents.
type cached[T any] struct {
	mu       sync.Mutex
	revision int64
	values   map[string]T
}

// maxCached is how many sets of filters are cached.
const maxCached = 64

// cachedValue computes a value once for the same key and contents.
func cachedValue[T any](ctx context.Context, s *Store, m *cached[T], key string, compute func() (T, error)) (value T, err error) {
	var revision int64
	if err := s.read.QueryRowContext(ctx, `SELECT revision FROM meta`).Scan(&revision); err != nil {
		return value, s.failed("read the portfolio", err)
	}
	value, found := m.get(revision, key)
	if found {
		return value, nil
	}
	if value, err = compute(); err == nil {
		m.put(revision, key, value)
	}
	return value, err
}

func (m *cached[T]) get(revision int64, key string) (value T, found bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.revision != revision {
		return value, false
	}
	value, found = m.values[key]
	return value, found
}

func (m *cached[T]) put(revision int64, key string, value T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil || m.revision != revision || len(m.values) >= maxCached {
		m.revision, m.values = revision, map[string]T{}
	}
	m.values[key] = value
}
