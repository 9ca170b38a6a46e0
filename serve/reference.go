package serve

import (
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/models"
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
// account, with the same exact sums. The words are in the input's language.
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
// There is no noise to speak of between two accounts: the verdict is "moved".
// ErrInput for another reference, and for renewed peers of which the model knows
// nothing.
func (s *Scorer) Against(in *Input, r Reference, now time.Time) (*Explanation, error) {
	m, err := s.measureOne(in)
	if err != nil {
		return nil, err
	}
	info := s.Info(now)
	e := &Explanation{
		AccountID: in.accountID(0), To: s.moment(m), Reference: r, Verdict: VerdictMoved,
		Model: info, Warnings: s.warnings(m, 0, info), language: in.Language,
	}
	e.peers = s.ClusterText(e.To.Cluster.Name, in.Language)
	switch r {
	case ReferenceCluster:
		s.againstCluster(m, e)
	case ReferenceRenewedPeers:
		err = s.againstPeers(m, e)
	default:
		err = fmt.Errorf("%w: one date is held against %q or %q, not %q", ErrInput, ReferenceCluster, ReferenceRenewedPeers, r)
	}
	if err != nil {
		return nil, err
	}
	e.From.AsOf = e.To.AsOf
	if err := e.settle(); err != nil {
		return nil, err
	}
	if err := s.ahead(m, e); err != nil {
		return nil, err
	}
	e.tell()
	return e, nil
}

// againstCluster fills in the baseline and the contributions.
func (s *Scorer) againstCluster(m *measured, e *Explanation) {
	r, z, l := &m.rows[0], m.parts.Baseline[0], m.in.Language
	health := r.outlookWeight*s.points.Outlook(z) + (1-r.outlookWeight)*50
	p := models.Sigmoid(z)
	e.From = Moment{
		HealthScore: onGrid(health), ChurnProbability: p, Interval: Interval{Low: p, High: p},
		Band: s.points.Band(health), Cluster: e.To.Cluster, Model: e.To.Model,
	}
	for j := range s.fields {
		share := m.parts.Share[j][0]
		if share == 0 {
			continue
		}
		b := s.levelBar(m, j, l)
		b.LogOdds, b.Points = share, r.outlookWeight*s.points.Share(share)
		e.Bars = append(e.Bars, b)
	}
	e.Bars = append(e.Bars, s.levelMilestones(m)...)
	cut := cutBar(0, r.cut, l)
	cut.Points = r.outlookWeight * r.cut
	e.Bars = append(e.Bars, cut)
}

// againstPeers fills in the typical renewed account and the way from it.
func (s *Scorer) againstPeers(m *measured, e *Explanation) error {
	if s.peers == nil || s.peers.Renewed(m.frame.ClusterOf(0)) == 0 {
		return fmt.Errorf("%w: the model knows no renewed peers of cluster %s", ErrInput, e.To.Cluster.Name)
	}
	peer, err := s.typicalPeer(m)
	if err != nil {
		return err
	}
	e.From = s.moment(peer)
	e.From.Cluster = e.To.Cluster
	move, err := s.churn.Move(peer.frame, m.frame)
	if err != nil {
		return fmt.Errorf("%w: movement: %w", ErrAnswer, err)
	}
	r, l := &m.rows[0], m.in.Language
	for j := range s.fields {
		b := s.featureBar(peer, m, j, l)
		d := &s.catalog.Definitions[j]
		now := l.phrase(d, b.To)
		b.text = b.Label + ": " + now + " (" + l.pick("renewed peers: ", "verlängerte Accounts: ") + l.then(d, b.From) + ")"
		if b.values = now; b.From != b.To {
			b.values += l.pick(" against ", " gegenüber ") + l.then(d, b.From)
		}
		b.LogOdds, b.Points = move.Share[j][0], r.outlookWeight*s.points.Share(move.Share[j][0])
		e.Bars = append(e.Bars, b)
	}
	e.Bars = append(e.Bars, s.levelMilestones(m)...)
	cut := cutBar(peer.rows[0].cut, r.cut, l)
	cut.Points = r.outlookWeight * (r.cut - peer.rows[0].cut)
	e.Bars = append(e.Bars, cut)
	return nil
}

// typicalPeer measures the typical renewed account of m's cluster, at m's time.
func (s *Scorer) typicalPeer(m *measured) (*measured, error) {
	k := m.frame.ClusterOf(0)
	frame := &models.Frame{Fields: m.frame.Fields, Columns: make([][]float64, len(s.fields)), Cluster: m.frame.Cluster}
	for j := range frame.Columns {
		frame.Columns[j] = m.frame.Columns[j]
		if !s.ofTime(j) {
			frame.Columns[j] = []float64{s.peers.Typical(k, j)}
		}
	}
	peer := &measured{in: &Input{Frame: frame, Language: m.in.Language}, frame: frame}
	if err := s.ask(peer); err != nil {
		return nil, err
	}
	r := health{outlookWeight: m.rows[0].outlookWeight, outlook: s.points.Outlook(peer.z[0])}
	bounded := min(max(r.outlook, 0), 100)
	r.cut = bounded - r.outlook
	r.health = (1-r.outlookWeight)*50 + r.outlookWeight*bounded
	if math.IsNaN(r.health) {
		return nil, fmt.Errorf("%w: renewed peers have a health of %g", ErrAnswer, r.health)
	}
	peer.rows = []health{r}
	return peer, nil
}

// levelBar describes feature j at one date, without its worth.
func (s *Scorer) levelBar(m *measured, j int, l Language) Bar {
	b := s.featureBar(m, m, j, l)
	b.From = nil
	if b.To == nil {
		b.Kind = KindDataQuality
	}
	b.text = s.featureText(l, j, m.frame.Columns[j][0])
	if b.Peers != nil {
		b.text += l.pick(" (renewed peers: ", " (verlängerte Accounts: ") + l.then(&s.catalog.Definitions[j], b.Peers) + ")"
	}
	return b
}

// levelMilestones lists where the account stands on its path, against 50.
func (s *Scorer) levelMilestones(m *measured) []Bar {
	r := &m.rows[0]
	var list []Bar
	for j, share := range r.path.Share {
		if share == 0 {
			continue
		}
		b := s.milestoneBar(m, m, j, r.path.Expected[j], share, m.in.Language)
		b.From, b.Points = nil, (1-r.outlookWeight)*share
		b.text = m.in.Language.milestone(s.milestones[j], b.To, r.path.Expected[j])
		list = append(list, b)
	}
	return list
}

// held says in one line how far the score is from the reference, and with what.
func (e *Explanation) held() string {
	l := e.language
	score, reference := round1(e.To.HealthScore), round1(e.From.HealthScore)
	text := l.pick("Health is ", "Der Health Score beträgt ") + l.score(score)
	if e.To.AsOf != "" {
		text = l.pick("Health on "+l.isoDay(e.To.AsOf)+" is ", "Der Health Score am "+l.isoDay(e.To.AsOf)+" beträgt ") + l.score(score)
	}
	difference := round1(score - reference)
	switch {
	case difference < 0:
		text += ": " + l.score(-difference) + l.pick(" below ", " unter ")
	case difference > 0:
		text += ": " + l.score(difference) + l.pick(" above ", " über ")
	default:
		text += l.pick(", as much as ", ", so viel wie ")
	}
	return text + e.referenceName(difference != 0) + " (" + l.score(reference) + ")"
}

// referenceName names the reference in a sentence; dative is the German case
// after "über" and "unter".
func (e *Explanation) referenceName(dative bool) string {
	l, name := e.language, e.peers
	if e.Reference == ReferenceCluster {
		if dative {
			return l.pick("the average of ", "dem Durchschnitt von ") + name
		}
		return l.pick("the average of ", "der Durchschnitt von ") + name
	}
	if dative {
		return l.pick("the typical renewed account of ", "dem typischen verlängerten Account in ") + name
	}
	return l.pick("the typical renewed account of ", "der typische verlängerte Account in ") + name
}
