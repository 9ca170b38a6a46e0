package train

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// contacts lists, by snapshot, the kinds of interventions on or after the as-of
// date and before the renewal was due or decided, whichever came first.
func contacts(t *datasets.Tables, snapshots []features.Snapshot) [][]string {
	byAccount := make(map[int32][]datasets.Intervention)
	for _, i := range t.Interventions {
		byAccount[i.Account] = append(byAccount[i.Account], i)
	}
	out := make([][]string, len(snapshots))
	for n, s := range snapshots {
		end := s.DueOn
		if decided := t.Renewals[s.Renewal].DecidedOn; !decided.IsZero() && decided.Before(end) {
			end = decided
		}
		out[n] = kindsBetween(byAccount[s.Account], s.AsOf, end)
	}
	return out
}

func kindsBetween(list []datasets.Intervention, from, to time.Time) []string {
	var kinds []string
	for _, i := range list {
		if !i.At.Before(from) && i.At.Before(to) {
			kinds = append(kinds, i.Kind)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// contamination counts the renewals that an intervention may have saved, and
// measures predictions on the judged rows with and without them.
// nil where the data hold no intervention at all.
func contamination(d *Data, l *predictions, judged []int) *artifact.Contamination {
	if !slices.ContainsFunc(d.Contacts, func(kinds []string) bool { return len(kinds) > 0 }) {
		return nil
	}
	renewed, saved := make(map[int32]bool), make(map[int32]map[string]bool)
	for i, r := range d.Renewal {
		if d.Churned[i] {
			continue
		}
		renewed[r] = true
		for _, kind := range d.Contacts[i] {
			if saved[r] == nil {
				saved[r] = make(map[string]bool)
			}
			saved[r][kind] = true
		}
	}
	c := &artifact.Contamination{Renewed: len(renewed), Saved: len(saved), Kinds: []artifact.SavedByKind{}}
	perKind := make(map[string]int)
	for _, kinds := range saved {
		for kind := range kinds {
			perKind[kind]++
		}
	}
	total := math.Max(float64(c.Renewed), 1)
	c.Share = float64(c.Saved) / total
	for _, kind := range slices.Sorted(maps.Keys(perKind)) {
		c.Kinds = append(c.Kinds, artifact.SavedByKind{Kind: kind, Saved: perKind[kind], Share: float64(perKind[kind]) / total})
	}
	slices.SortStableFunc(c.Kinds, func(a, b artifact.SavedByKind) int { return b.Saved - a.Saved })
	clean := slices.DeleteFunc(slices.Clone(judged), func(i int) bool { return !d.Churned[i] && len(d.Contacts[i]) > 0 })
	c.With, c.Without = judge(d, l, judged), judge(d, l, clean)
	return c
}

// judge measures predictions on rows.
func judge(d *Data, l *predictions, rows []int) artifact.Judged {
	rows = answered(l, rows)
	churned, weight, z := models.Pick(d.Churned, rows), d.weightWithin(rows), models.Pick(l.logOdds, rows)
	return artifact.Judged{Rows: len(rows), AUC: artifact.Figure(models.AUC(z, churned, weight)), LogLoss: artifact.Figure(models.LogLoss(z, churned, weight)),
		BaseLogLoss: artifact.Figure(baseLogLoss(churned, weight))}
}

// baseLogLoss is the log-loss of the rows' own rate: their entropy, in nats.
func baseLogLoss(churned []bool, weight []float64) float64 {
	events, total := 0.0, 0.0
	for i, c := range churned {
		total += weight[i]
		if c {
			events += weight[i]
		}
	}
	if events == 0 || events == total {
		return math.NaN()
	}
	p := events / total
	return -p*math.Log(p) - (1-p)*math.Log(1-p)
}
