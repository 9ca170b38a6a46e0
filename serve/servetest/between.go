package servetest

import (
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/cluster"
)

// Between changes the first half of a frame's rows into accounts half-way from
// reporting to exporting: how far that is, is searched for by halving.
func Between(t testing.TB, clusters *cluster.Model, f *models.Frame) {
	t.Helper()
	put := func(i int, share float64) {
		f.Columns[1][i], f.Columns[2][i] = 100*(1-share), 100*share
	}
	low, high := 0.0, 1.0
	for range 60 {
		put(0, low)
		put(1, (low+high)/2)
		assigned, err := clusters.Assign(f)
		if err != nil {
			t.Fatal(err)
		}
		if assigned.Cluster[0] == assigned.Cluster[1] {
			low = (low + high) / 2
		} else {
			high = (low + high) / 2
		}
	}
	for i := range f.Rows() / 2 {
		put(i, low)
	}
}
