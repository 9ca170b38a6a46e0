package account

import (
	"context"

	"github.com/etappe/etappe/serve/history"
)

// AddIntervention stores a call, a training or another intervention, audited; the
// same one again changes nothing. Errors of Store.AddIntervention.
func (a *Service) AddIntervention(ctx context.Context, i history.Intervention) error {
	store, err := a.Store()
	if err != nil {
		return err
	}
	return store.AddIntervention(ctx, i)
}
