//go:build !etappe_postgres

package history

import "fmt"

// connectPostgres says that this build has no driver for Postgres.
func (s *Store) connectPostgres(string) error {
	return fmt.Errorf("%w: this build does not speak to Postgres", ErrDSN)
}
