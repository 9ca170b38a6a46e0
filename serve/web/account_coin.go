package web

import (
	"html/template"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// accountCoin is the two sides of the score.
type accountCoin struct {
	Picture template.HTML
	Sides   []coinSide
	Sum     string          // how the two give the score
	Between *accountBetween // nil: the account is not between clusters
}

// coinSide is one of them.
type coinSide struct {
	Name, Value, Text string
	Weight            string // and what it is worth in points; "": not known
	Measured          bool
}

// accountCoin shows the path and the outlook of the later date with their
// weights. Where the path is not measured its weight is nothing, and that is
// shown; where the model that answered is gone, the weights are gone too.
func (w Words) accountCoin(f *accountFacts) accountCoin {
	sn := &f.Shown
	path := coinSide{Name: w.T("coin.path"), Value: w.Score(sn.Path), Measured: text.Known(sn.Path), Text: w.T("coin.path.text")}
	outlook := coinSide{Name: w.T("coin.outlook"), Value: w.Score(sn.Outlook), Measured: true, Text: w.T("coin.outlook.text")}
	c := accountCoin{}
	about := w.T("coin.about", "path", path.Value, "outlook", outlook.Value)
	switch total := text.Round1(sn.Health); {
	case !path.Measured:
		about, path.Text = w.T("coin.about.none", "outlook", outlook.Value), w.T("coin.path.none")
		path.Weight, outlook.Weight = w.T("coin.weight", "weight", w.Percent(0)), w.T("coin.weight", "weight", w.Percent(1))
		c.Sum = w.T("coin.sum.none", "score", w.Score(total))
	case !text.Known(f.Weight):
		c.Sum = w.T("coin.sum.gone")
	default:
		part := f.Weight * sn.Path
		parts := models.LargestRemainder([]float64{part, total - part}, 1)
		path.Weight = w.T("coin.weight.part", "weight", w.Percent(f.Weight), "points", w.Score(parts[0]))
		outlook.Weight = w.T("coin.weight.part", "weight", w.Percent(1-f.Weight), "points", w.Score(parts[1]))
		c.Sum = w.T("coin.sum", "path", w.Score(parts[0]), "outlook", w.Score(parts[1]), "score", w.Score(total))
	}
	c.Sides = []coinSide{path, outlook}
	c.Picture = chart.Coin{
		Title: w.T("coin.title"), Description: about, Path: sn.Path, Outlook: sn.Outlook,
		PathText: path.Value, OutlookText: outlook.Value, PathName: w.T("coin.path.short"), OutlookName: w.T("coin.outlook.short"),
	}.SVG("coin")
	c.Between = w.accountBetween(f)
	return c
}
