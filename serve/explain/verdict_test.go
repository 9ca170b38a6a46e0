package explain

import "testing"

// A change that data and cluster make is no movement of the account, however
// large it is; a change within noise stays normal variation whatever makes it.
func TestVerdictTellsMeasurementFromMovement(t *testing.T) {
	for _, c := range []struct {
		name  string
		bars  []Bar
		noise float64
		want  string
	}{
		{"usage fell", []Bar{{Kind: KindFeature, Points: -9}, {Kind: KindDataQuality, Points: -2}}, 5, VerdictMoved},
		{"data came", []Bar{{Kind: KindFeature, Points: -2}, {Kind: KindDataQuality, Points: -9}}, 5, VerdictDifferently},
		{"another cluster", []Bar{{Kind: KindFeature, Points: 1}, {Kind: KindMilestone, Points: 2}, {Kind: KindCluster, Points: 20}}, 5, VerdictDifferently},
		{"both together", []Bar{{Kind: KindFeature, Points: -8}, {Kind: KindCluster, Points: 5}, {Kind: KindDataQuality, Points: -5}}, 5, VerdictDifferently},
		{"a wash of features", []Bar{{Kind: KindFeature, Points: 8}, {Kind: KindFeature, Points: -8}, {Kind: KindCluster, Points: 7}}, 5, VerdictDifferently},
		{"another model is neither", []Bar{{Kind: KindFeature, Points: -9}, {Kind: KindCluster, Points: -3}, {Kind: KindModel, Points: -30}}, 5, VerdictMoved},
		{"time passed", []Bar{{Kind: KindCalendar, Points: -7}, {Kind: KindDataQuality, Points: -3}}, 5, VerdictMoved},
		{"within noise", []Bar{{Kind: KindDataQuality, Points: -4}}, 5, VerdictNormal},
	} {
		e := &Explanation{Bars: c.bars, Noise: Noise{Threshold: c.noise}}
		for _, b := range c.bars {
			e.Change += b.Points
		}
		if e.judge(); e.Verdict != c.want {
			t.Errorf("%s: %s, want %s", c.name, e.Verdict, c.want)
		}
	}
}
