package serve

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
)

// Kind says what sort of thing a bar stands for.
type Kind string

// The kinds of bars.
const (
	KindFeature     Kind = "feature"
	KindCalendar    Kind = "calendar"     // time passed: tenure, days to renewal
	KindDataQuality Kind = "data_quality" // a value went missing or came back, or the path began or ceased to be measured
	KindMilestone   Kind = "milestone"
	KindCluster     Kind = "cluster" // measured against other peers
	KindCut         Kind = "cut"     // the outlook reached or left 0 or 100
	KindModel       Kind = "model"   // another model answered
)

// pathMeasured is the name of the bar for a path that is measured at one of
// the two dates only.
const pathMeasured = "path_measured"

// Bar is one entry of the movement. From and To are values like
// Contribution's; a cluster's are its ids.
type Bar struct {
	Kind    Kind    `json:"kind"`
	Feature string  `json:"feature"`
	Label   string  `json:"label"`
	Theme   string  `json:"theme"`
	Side    string  `json:"side"`
	Unit    string  `json:"unit"`
	From    any     `json:"from"`
	To      any     `json:"to"`
	LogOdds float64 `json:"log_odds"`
	Points  float64 `json:"points"`
	Shown   float64 `json:"shown"` // points as displayed: one decimal, rounded so that those shown add up
	Peers   any     `json:"peers"` // of the typical renewed account of the cluster; nil: unknown
	code    string
	group   string
	text    string // "Active users: 3 users (was 11)"
	values  string // "11 → 3 users"; "" where there is nothing to say
}

// bars lists every entry that moved: features in the catalogue's order, then
// milestones, path, cluster and cut. Entries that moved nothing and kept their
// value are left out.
func (s *Scorer) bars(m0, m1 *measured, l Language) ([]Bar, error) {
	move, err := s.churn.Move(m0.frame, m1.frame)
	if err != nil {
		return nil, fmt.Errorf("%w: movement: %w", ErrAnswer, err)
	}
	r0, r1 := &m0.rows[0], &m1.rows[0]
	weight := (r0.outlookWeight + r1.outlookWeight) / 2
	var list []Bar
	for j := range s.fields {
		b := s.featureBar(m0, m1, j, l)
		b.LogOdds = move.Share[j][0]
		b.Points = weight * s.points.Share(b.LogOdds)
		list = append(list, b)
	}
	cluster := s.clusterBar(m0, m1, l)
	cluster.LogOdds = move.Cluster[0]
	cluster.Points = weight * s.points.Share(cluster.LogOdds)
	switch {
	case r0.measured && r1.measured:
		list = append(list, s.milestoneBars(m0, m1, &cluster, l)...)
	case r0.measured != r1.measured:
		list = append(list, pathBar(r0, r1, weight, l))
	}
	cut := Bar{
		Kind: KindCut, Feature: outlookCut, Theme: themeCut, Side: "reactive",
		Label: l.pick("Outlook kept within 0 to 100", "Ausblick auf 0 bis 100 begrenzt"),
		From:  r0.cut, To: r1.cut, Unit: "points", Points: weight * (r1.cut - r0.cut),
	}
	list = append(list, cluster, cut)
	return moved(list), nil
}

// moved keeps the bars that say something.
func moved(bars []Bar) []Bar {
	kept := []Bar{}
	for _, b := range bars {
		b.Points, b.LogOdds = b.Points+0, b.LogOdds+0 // no negative zero in an answer
		if b.Points != 0 || b.LogOdds != 0 || b.From != b.To {
			kept = append(kept, b)
		}
	}
	return kept
}

// featureBar describes feature j without its worth.
func (s *Scorer) featureBar(m0, m1 *measured, j int, l Language) Bar {
	d := &s.catalog.Definitions[j]
	x0, x1 := m0.frame.Columns[j][0], m1.frame.Columns[j][0]
	b := Bar{
		Kind: KindFeature, Feature: d.Name, Label: l.of(d.Text),
		Theme: string(d.Theme), Side: string(d.Side), Unit: d.Unit,
		From: valueOf(d, x0), To: valueOf(d, x1),
		code: s.codes[j], group: s.groups[j],
	}
	switch {
	case math.IsNaN(x0) != math.IsNaN(x1):
		b.Kind = KindDataQuality
		b.code = upperSnake(string(KindDataQuality)) + "." + upperSnake(d.Name)
		b.group = "quality/" + b.group
	case d.Theme == features.Calendar:
		b.Kind = KindCalendar
	}
	now := l.phrase(d, b.To)
	b.text = b.Label + ": " + now + " (" + l.pick("was ", "zuvor ") + l.then(d, b.From) + ")"
	b.values = l.then(d, b.From) + " → " + now
	if b.From == b.To {
		b.values = now
	}
	return b
}

// clusterBar describes the change of cluster without its worth.
func (s *Scorer) clusterBar(m0, m1 *measured, l Language) Bar {
	c0, c1 := s.cluster(m0, 0), s.cluster(m1, 0)
	return Bar{
		Kind: KindCluster, Feature: "cluster", Theme: themeCluster, Side: sideBoth,
		Label: l.pick("Measured with other peers", "Mit anderen Accounts verglichen"),
		From:  c0.ID, To: c1.ID,
		values: c0.Name + " → " + c1.Name,
		code:   "CLUSTER.CHANGED", group: themeCluster,
		text: "cluster: " + c1.Name + " (" + l.pick("was ", "zuvor ") + c0.Name + ")",
	}
}

// milestoneBars lists the path side's entries and adds to the cluster's bar
// what the change of cluster moved on that side.
func (s *Scorer) milestoneBars(m0, m1 *measured, cluster *Bar, l Language) []Bar {
	k0, k1 := m0.frame.ClusterOf(0), m1.frame.ClusterOf(0)
	at := [2][2]models.PathScore{ // [date][cluster]
		{m0.rows[0].path, s.pathScore(m0, 0, k1)},
		{s.pathScore(m1, 0, k0), m1.rows[0].path},
	}
	weight := 1 - m1.rows[0].outlookWeight
	cluster.Points += weight * ((at[0][1].Path - at[0][0].Path) + (at[1][1].Path - at[1][0].Path)) / 2
	bars := make([]Bar, len(s.milestones))
	for j, name := range s.milestones {
		share := ((at[1][0].Share[j] - at[0][0].Share[j]) + (at[1][1].Share[j] - at[0][1].Share[j])) / 2
		bars[j] = Bar{
			Kind: KindMilestone, Feature: milestonePrefix + name,
			Label: l.pick("milestone ", "Meilenstein ") + spoken(name),
			Theme: themePath, Side: "proactive", Unit: "days",
			From: m0.reached(j, 0), To: m1.reached(j, 0), Points: weight * share,
			code: s.milestoneCodes[j], group: milestonePrefix + name,
			text:   l.milestoneMove(name, m0.reached(j, 0), m1.reached(j, 0), at[1][1].Expected[j], share),
			values: l.milestoneState(m1.reached(j, 0)),
		}
	}
	return bars
}

// pathBar is what a path that is measured at one date only moved: the score's
// change less the outlook's, which the other bars carry.
func pathBar(r0, r1 *health, weight float64, l Language) Bar {
	outlook := weight * ((r1.outlook + r1.cut) - (r0.outlook + r0.cut))
	text := l.pick("Success path is not measured any more", "Der Erfolgspfad wird nicht mehr gemessen")
	if r1.measured {
		text = l.pick("Success path is measured now", "Der Erfolgspfad wird jetzt gemessen")
	}
	return Bar{
		Kind: KindDataQuality, Feature: pathMeasured, Theme: themePath, Side: "proactive",
		Label: l.pick("Success path measured", "Erfolgspfad gemessen"),
		From:  r0.measured, To: r1.measured, Points: r1.health - r0.health - outlook,
		code: "DATA_QUALITY.PATH_MEASURED", group: pathMeasured, text: text,
	}
}

func sumPoints(bars []Bar) float64 {
	total := 0.0
	for i := range bars {
		total += bars[i].Points
	}
	return total
}
