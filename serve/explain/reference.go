package explain

import (
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/score"
)

// Reference is what an account's score is held against.
type Reference string

// The references.
const (
	ReferencePrevious     Reference = "previous"      // the account itself at an earlier date
	ReferenceCluster      Reference = "cluster"       // the baseline of its cluster
	ReferenceRenewedPeers Reference = "renewed_peers" // the typical renewed account of its cluster
)

// Against explains the score of the one row of in at one date: what sets it
// apart from a reference, in the form of a movement from the reference to the
// account, with the same exact sums.
//
// ReferenceCluster: the bars are the answer's contributions, and From is its
// baseline, the cluster on average (an interval of level 0: it has none).
//
// ReferenceRenewedPeers: From is the account that has the typical value
// (peers.Peers.Typical) of its cluster's renewed accounts in every feature, at
// the same age and as long before its renewal as this one, and that stands where
// they stand on the success path: at 50, by construction. Bars are Shapley values
// with it as the single reference.
//
// Between two accounts there is no noise: the verdict is "moved". score.ErrInput
// for another reference, and for renewed peers of which the model has none.
func Against(s *score.Scorer, in *score.Input, r Reference, now time.Time) (*Explanation, error) {
	m, err := s.Row(in)
	if err != nil {
		return nil, err
	}
	info := s.Info(now)
	e := &Explanation{
		AccountID: in.AccountID(0), To: momentOf(s, m), Reference: r, Verdict: VerdictMoved,
		Model: info, Warnings: m.Warnings(info), later: m,
	}
	switch r {
	case ReferenceCluster:
		againstCluster(s, m, e)
	case ReferenceRenewedPeers:
		err = againstPeers(s, m, e)
	default:
		err = fmt.Errorf("%w: one date is held against %q or %q, not %q", score.ErrInput, ReferenceCluster, ReferenceRenewedPeers, r)
	}
	if err != nil {
		return nil, err
	}
	e.From.AsOf = e.To.AsOf
	if err := e.finish(); err != nil {
		return nil, err
	}
	if err := addAhead(s, m, e); err != nil {
		return nil, err
	}
	e.reason()
	return e, nil
}

// againstCluster fills in the baseline and the contributions.
func againstCluster(s *score.Scorer, m *score.Row, e *Explanation) {
	health, p := s.Points().Baseline(m.Measured, m.Baseline), models.Sigmoid(m.Baseline)
	e.From = Moment{
		HealthScore: onGrid(health), ChurnProbability: p, Interval: score.Interval{Low: p, High: p},
		Band: s.Points().Band(health), Cluster: e.To.Cluster, Model: e.To.Model,
	}
	e.Bars = barsAgainstCluster(s, m)
	cut := cutBar(0, m.Cut)
	cut.Points = m.Weight * m.Cut
	e.Bars = append(e.Bars, cut)
}

// barsAgainstCluster are the contributions of a row, but for the cut.
func barsAgainstCluster(s *score.Scorer, m *score.Row) []Bar {
	var list []Bar
	for j, share := range m.Share {
		if share == 0 {
			continue
		}
		b := levelBar(s, m, j)
		b.LogOdds, b.Points = share, m.Weight*s.Points().Share(share)
		list = append(list, b)
	}
	return append(list, levelMilestones(s, m)...)
}

// againstPeers fills in the typical renewed account and the way from it.
func againstPeers(s *score.Scorer, m *score.Row, e *Explanation) error {
	if !hasPeers(s, m) {
		if e.To.Cluster.None() {
			return fmt.Errorf("%w: the account has no cluster yet, and so no renewed peers", score.ErrInput)
		}
		return fmt.Errorf("%w: the model has no renewed peers of cluster %s", score.ErrInput, e.To.Cluster.Name)
	}
	peer, err := typicalPeer(s, m)
	if err != nil {
		return err
	}
	e.From = momentOf(s, peer)
	e.From.Cluster = e.To.Cluster
	if e.Bars, err = barsAgainstPeer(s, peer, m); err != nil {
		return err
	}
	cut := cutBar(peer.Cut, m.Cut)
	cut.Points = m.Weight * (m.Cut - peer.Cut)
	e.Bars = append(e.Bars, cut)
	return nil
}

// barsAgainstPeer are the way from the typical renewed account to a row, but for the
// cut.
func barsAgainstPeer(s *score.Scorer, peer, m *score.Row) ([]Bar, error) {
	move, err := s.Churn().Move(peer.Frame, m.Frame)
	if err != nil {
		return nil, fmt.Errorf("%w: movement: %w", score.ErrAnswer, err)
	}
	list := make([]Bar, 0, len(move.Share)+len(m.Path.Share))
	for j := range s.Fields() {
		b := featureBar(s, peer, m, j)
		b.LogOdds, b.Points = move.Share[j][0], m.Weight*s.Points().Share(move.Share[j][0])
		list = append(list, b)
	}
	return append(list, levelMilestones(s, m)...), nil
}

// typicalPeer is the row of the typical renewed account of m's cluster, at m's
// time; its path is at 50 where m's is measured.
func typicalPeer(s *score.Scorer, m *score.Row) (*score.Row, error) {
	frame := &models.Frame{Fields: m.Frame.Fields, Columns: make([][]float64, len(s.Fields())), Cluster: m.Frame.Cluster}
	for j := range frame.Columns {
		frame.Columns[j] = m.Frame.Columns[j]
		if !ofTime(s.Definition(j)) {
			frame.Columns[j] = []float64{s.Peers().Typical(m.Cluster, j)}
		}
	}
	z, low, high := []float64{0}, []float64{0}, []float64{0}
	if err := s.Churn().Answer(frame, 0, 1, &additive.Answers{LogOdds: z, Low: low, High: high, Level: s.Level()}); err != nil {
		return nil, fmt.Errorf("%w: %w", score.ErrAnswer, err)
	}
	path := math.NaN()
	if m.Measured {
		path = 50
	}
	peer := &score.Row{
		In: &score.Input{Frame: frame}, Frame: frame, Cluster: m.Cluster, Membership: 1,
		LogOdds: z[0], Low: low[0], High: high[0],
		Health: s.Points().Health(path, z[0]), Weight: m.Weight, Outlook: s.Points().Outlook(z[0]), Cut: s.Points().Cut(z[0]),
	}
	if math.IsNaN(peer.Health) {
		return nil, fmt.Errorf("%w: renewed peers have a health of %g", score.ErrAnswer, peer.Health)
	}
	return peer, nil
}

// levelBar describes feature j at one date, without its worth.
func levelBar(s *score.Scorer, m *score.Row, j int) Bar {
	b := featureBar(s, m, m, j)
	b.From = nil
	if b.Kind == KindCalendar && !ofTime(b.Definition) { // at one date no time goes by
		b.Kind, b.Theme = KindFeature, string(b.Definition.Theme)
		_, b.group = s.FeatureCode(j)
	}
	if b.To == nil {
		b.Kind, b.code, b.group = KindDataQuality, s.MissingCode(j), "quality/"+b.group
	}
	return b
}

// levelMilestones lists where the account stands on its path, against 50.
func levelMilestones(s *score.Scorer, m *score.Row) []Bar {
	var list []Bar
	for j, share := range m.Path.Share {
		if share == 0 {
			continue
		}
		b := milestoneBar(s, m, m, j, m.Path.Expected[j], share)
		b.From, b.Points = nil, (1-m.Weight)*share
		list = append(list, b)
	}
	return list
}
