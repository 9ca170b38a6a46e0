package history

import (
	"context"
	"sync"
)

// remembered is what was computed for the current contents.
type remembered[T any] struct {
	mu       sync.Mutex
	revision int64
	known    map[string]T
}

// maxRemembered is how many sets of filters are remembered.
const maxRemembered = 64

// remember computes a value once for the same key and contents.
func remember[T any](ctx context.Context, s *Store, m *remembered[T], key string, compute func() (T, error)) (value T, err error) {
	var revision int64
	if err := s.read.QueryRowContext(ctx, `SELECT revision FROM meta`).Scan(&revision); err != nil {
		return value, s.failed("read the portfolio", err)
	}
	value, known := m.get(revision, key)
	if known {
		return value, nil
	}
	if value, err = compute(); err == nil {
		m.put(revision, key, value)
	}
	return value, err
}

func (m *remembered[T]) get(revision int64, key string) (value T, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.revision != revision {
		return value, false
	}
	value, known = m.known[key]
	return value, known
}

func (m *remembered[T]) put(revision int64, key string, value T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || m.revision != revision || len(m.known) >= maxRemembered {
		m.revision, m.known = revision, map[string]T{}
	}
	m.known[key] = value
}
