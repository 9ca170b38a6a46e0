package datasets

import (
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// readInterventions reads the interventions table.
func (l *loader) readInterventions(source *InterventionSource, t *Tables) error {
	return l.readTable(source.File, false, func(in *input) (func(*columnar.Block, []int) error, error) {
		var account, at, kind, owner field
		err := firstError(
			in.bindTo(&account, &source.AccountID, "account_id", true),
			in.bindTo(&at, &source.At, "at", true),
			in.bindTo(&kind, &source.Kind, "kind", true),
			in.bindTo(&owner, source.Owner, "owner", false),
		)
		return func(b *columnar.Block, keep []int) error {
			for _, i := range keep {
				v := Intervention{}
				var ok [4]bool
				v.Account, ok[0] = account.account(b, i)
				v.At, ok[1] = at.must(b, i, past(l.now))
				v.Kind, ok[2] = kind.named(b, i)
				v.Owner, ok[3] = owner.text(b, i)
				if ok == [4]bool{true, true, true, true} {
					v.Kind, v.Owner = strings.Clone(v.Kind), strings.Clone(v.Owner)
					t.Interventions = append(t.Interventions, v)
				}
			}
			return nil
		}, err
	})
}
