package web

import (
	"errors"
	"fmt"
	"html/template"
	"slices"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/web/chart"
)

// How much of a cluster its page shows.
const (
	shownTraits  = 8
	shownDrivers = 8
	shownShapes  = 6
	// leastOwn is how many points a cluster's own part must move on average for
	// its shape to be worth a picture.
	leastOwn = 0.05
)

// clusterRoutes are the addresses of clusters.
var clusterRoutes = []route{{"/clusters/:id", (*visit).clusterPage}}

// clusterBody is the cluster page's dot.
type clusterBody struct {
	ID, Name  string
	Evidence  additive.ClusterInfo
	Lead      string
	Today     *clusterToday // nil: nobody is known to be in it
	Traits    []comparison
	Path      []pathRow
	Drivers   []comparison
	Renewed   string // how many renewed accounts the peers are; "" unknown
	Scorecard []scorecardRow
	Exemplars []exemplar
	Shapes    []shapeFigure
}

// comparison is one line of a table that holds a cluster against all accounts.
type comparison struct {
	Label, Theme, Here, All string
	Bars                    template.HTML
}

// shapeFigure is a picture with what it shows in words.
type shapeFigure struct {
	Label, Caption string
	Picture        template.HTML
}

// clusterPage shows one cluster.
func (v *visit) clusterPage() error {
	scorer, err := v.site.source.Scorer()
	if err != nil {
		return err
	}
	card, err := v.site.cards.card(scorer, v.Param("id"), v.words.Language)
	if errors.Is(err, explain.ErrNoCluster) {
		return fmt.Errorf("%w: %w", errNotFound, err)
	}
	if err != nil {
		return err
	}
	body := v.words.clusterBody(card)
	store, err := v.site.source.Store()
	if err != nil && !errors.Is(err, account.ErrNoHistory) {
		return err
	}
	if body.Today, err = v.words.clusterToday(v.Request().Context(), store, card.ID); err != nil {
		return err
	}
	if body.Exemplars, err = v.words.exemplars(v.Request().Context(), store, card.Exemplars); err != nil {
		return err
	}
	return v.render("cluster", page{Title: body.Name, Section: "clusters", Body: body})
}

// clusterBody puts a cluster's card into words.
func (w Words) clusterBody(card *explain.ClusterCard) *clusterBody {
	body := &clusterBody{ID: card.ID, Name: w.cluster(card.ID, card.Name), Evidence: card.Evidence, Lead: w.clusterLead(card), Traits: w.traits(card.Traits),
		Path: w.pathRows(card.Path), Drivers: w.drivers(card.Drivers), Shapes: w.shapes(card.Drivers), Scorecard: w.scorecard(card.Scorecard)}
	if card.Renewed > 0 {
		body.Renewed = w.Whole(card.Renewed)
	}
	return body
}

// clusterLead is a sentence on what the cluster does more than others.
func (w Words) clusterLead(card *explain.ClusterCard) string {
	var traits []explain.ClusterTrait
	for _, t := range card.Traits {
		if t.Lift > 0 && t.Share && len(traits) < 3 {
			traits = append(traits, t)
		}
	}
	if len(traits) == 0 {
		return w.T("cluster.lead.plain")
	}
	days := commonWindow(traits)
	var more []string
	for _, t := range traits {
		use := t.Label
		if days > 0 {
			use = w.SourceName(t.Definition)
		}
		more = append(more, w.T("cluster.lead.trait", "use", use, "here", w.Percent(t.Here), "all", w.Percent(t.All)))
	}
	if days == 0 {
		return w.T("cluster.lead", "uses", w.list(more))
	}
	return w.T("cluster.lead.when", "when", w.Window(days), "uses", w.list(more))
}

// commonWindow is the days that all traits count over; 0 where they do not.
func commonWindow(traits []explain.ClusterTrait) int {
	days := 0
	for i, t := range traits {
		d := t.Definition
		if d == nil || d.Measure != catalog.MeasureCount || i > 0 && d.Window != days {
			return 0
		}
		days = d.Window
	}
	return days
}

// traits puts here beside all accounts; the bars have one scale per unit, and
// those without a unit of their own none.
func (w Words) traits(traits []explain.ClusterTrait) []comparison {
	var list []comparison
	most := 0.0
	shown := traits[:min(len(traits), shownTraits)]
	for _, t := range shown {
		if t.Share {
			most = max(most, t.Here, t.All)
		}
	}
	for _, t := range shown {
		c := comparison{Label: capitalized(t.Label)}
		if t.Share {
			c.Here, c.All, c.Bars = w.Percent(t.Here), w.Percent(t.All), chart.Pair(t.Here, t.All, most)
		} else {
			c.Here, c.All, c.Bars = w.Number(t.Here, 1), w.Number(t.All, 1), chart.Pair(t.Here, t.All, max(t.Here, t.All))
		}
		list = append(list, c)
	}
	return list
}

func (w Words) drivers(drivers []explain.ClusterDriver) []comparison {
	var list []comparison
	most := 0.0
	shown := drivers[:min(len(drivers), shownDrivers)]
	for _, d := range shown {
		most = max(most, d.Here, d.Elsewhere)
	}
	for _, d := range shown {
		list = append(list, comparison{Label: w.withOthers(capitalized(d.Label), d.Members-1), Theme: w.Theme(d.Theme),
			Here: w.Number(d.Here, 1), All: w.Number(d.Elsewhere, 1), Bars: chart.Pair(d.Here, d.Elsewhere, most)})
	}
	return list
}

// withOthers names the strongest of several features.
func (w Words) withOthers(label string, others int) string {
	if others <= 0 {
		return label
	}
	return label + " " + w.T("cluster.driver.others", "n", others)
}

// shapes draws where the cluster's own part moves most.
func (w Words) shapes(drivers []explain.ClusterDriver) []shapeFigure {
	var list []shapeFigure
	for _, i := range strongestOwn(drivers, shownShapes) {
		d := &drivers[i]
		figure := shapeFigure{Label: capitalized(d.Label)}
		figure.Picture, figure.Caption = w.shape(fmt.Sprintf("shape-%d", len(list)+1), d)
		list = append(list, figure)
	}
	return list
}

// strongestOwn picks the n drivers whose own part moves most.
func strongestOwn(drivers []explain.ClusterDriver, n int) []int {
	var picked []int
	for len(picked) < n {
		best, most := -1, leastOwn
		for i := range drivers {
			if drivers[i].Own > most && !slices.Contains(picked, i) {
				best, most = i, drivers[i].Own
			}
		}
		if best < 0 {
			break
		}
		picked = append(picked, best)
	}
	return picked
}
