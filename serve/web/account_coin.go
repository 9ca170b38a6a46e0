package web

import (
	"html/template"
	"math"

	"github.com/etappe/etappe/models"
)

// accountCoin is the two sides of the score.
type accountCoin struct {
	Picture template.HTML
	Sides   []coinSide
	Sum     string // that the two give the score
}

// coinSide is one of them.
type coinSide struct {
	Name, Value, Weight, Part, Text string
	Measured                        bool
}

// accountCoin shows the path and the outlook of the later date with their
// weights. Where the path is not measured its weight is nothing, and that is
// said.
func (w Words) accountCoin(f *accountFacts) accountCoin {
	sn := &f.Shown
	measured, weight := !math.IsNaN(sn.Path), 0.0
	parts := []float64{0, sn.Health}
	if measured {
		weight = f.Points.PathWeight
		total := math.Round(sn.Health*10) / 10
		path := weight * sn.Path
		parts = models.LargestRemainder([]float64{path, total - path}, 1)
	}
	c := accountCoin{}
	path := coinSide{Name: w.say("coin.path"), Value: w.Score(sn.Path), Weight: w.Percent(weight), Part: w.Score(parts[0]),
		Measured: measured, Text: w.say("coin.path.text")}
	if !measured {
		path.Text = w.say("coin.path.none")
	}
	outlook := coinSide{Name: w.say("coin.outlook"), Value: w.Score(sn.Outlook), Weight: w.Percent(1 - weight), Part: w.Score(parts[1]),
		Measured: true, Text: w.say("coin.outlook.text")}
	c.Sides = []coinSide{path, outlook}
	c.Sum = w.say("coin.sum", path.Part, outlook.Part, w.Score(sn.Health))
	about := w.say("coin.about", path.Value, outlook.Value)
	if !measured {
		about = w.say("coin.about.none", outlook.Value)
		c.Sum = w.say("coin.sum.none", w.Score(sn.Health))
	}
	c.Picture = drawCoin("coin", coinView{
		Title: w.say("coin.title"), Description: about, Path: sn.Path, Outlook: sn.Outlook,
		PathText: path.Value, OutlookText: outlook.Value, PathName: w.say("coin.path.short"), OutlookName: w.say("coin.outlook.short"),
	}).html()
	return c
}
