package features

import (
	"math"
	"strconv"
	"testing"

	"github.com/etappe/etappe/datasets"
)

// A fractional count keeps the digits that the export wrote: 127.586 GB is not
// 127.58600044 GB, and a sum of tenths has one decimal.
func TestFractionalCountsKeepTheirDigits(t *testing.T) {
	for _, c := range []struct {
		counts []float64
		want   string
	}{
		{[]float64{127.586}, "127.586"}, {[]float64{0.1, 0.2}, "0.3"}, {[]float64{0.000001}, "1e-06"},
		{[]float64{1234567.891}, "1.234567891e+06"}, {[]float64{3, 4}, "7"},
	} {
		rows := steady(0, "gigabytes", 0, 1)
		for i, count := range c.counts {
			rows = append(rows, row{account: 0, kind: "gigabytes", at: at(100+i, 1), value: datasets.NoValue, count: count})
		}
		tables := &datasets.Tables{Accounts: accounts(0), Events: stream(rows)}
		m, _ := buildOf(t, older(catalogOf(t, tables, Config{})), tables, []Snapshot{{AsOf: on(110), Renewal: -1}})
		for _, name := range []string{"gigabytes.count_28d", "gigabytes.count_84d"} {
			if got := strconv.FormatFloat(m.value(t, name, 0), 'g', -1, 64); got != c.want {
				t.Errorf("%v: %s is %s, not %s", c.counts, name, got, c.want)
			}
		}
	}
}

// Beyond what a float holds exactly, whole counts stay whole.
func TestLargeCountsStayWhole(t *testing.T) {
	for _, n := range []int64{1 << 40, 3_000_000_000_017, maxTotal/scale - 1} {
		if got := occurrencesOf(n * scale); got != float64(n) || got != math.Trunc(got) {
			t.Errorf("%d occurrences are %v", n, got)
		}
	}
}
