package modelstest

import (
	"errors"
	"maps"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

func (s *suite) missingValues(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	f := cloneFrame(s.sample.Frame)
	for j := range f.Columns {
		for i := range f.Columns[j] {
			// Row 0 misses everything, the others one column each.
			if i == 0 || i%columnCount == j {
				f.Columns[j][i] = math.NaN()
			}
		}
	}
	score(r, model, f)
}

func (s *suite) unseenLevels(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	f := cloneFrame(s.sample.Frame)
	for i := range f.Columns[columnPlan] {
		f.Columns[columnPlan][i] = float64(len(f.Fields[columnPlan].Levels) + i%4)
	}
	score(r, model, f)
}

func (s *suite) bareFrames(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	f := cloneFrame(s.sample.Frame)
	f.Cluster = nil
	score(r, model, f)
	score(r, model, s.sample.Frame.Select(nil))
}

func (s *suite) rowsOnTheirOwn(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	all := score(r, model, s.sample.Frame)
	if all == nil {
		return
	}
	rows := []int{17, 3, 3, 250}
	if some := score(r, model, s.sample.Frame.Select(rows)); !sameBits(some, models.Pick(all, rows)) {
		r.Errorf("a row's answer depends on the rows beside it: %s", describe(models.Pick(all, rows), some, 0))
	}
}

func (s *suite) baseRate(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	z := score(r, model, s.sample.Frame)
	if z == nil {
		return
	}
	churned, total := 0.0, 0.0
	for i, c := range s.sample.Churned {
		total += s.sample.Weight[i]
		if c {
			churned += s.sample.Weight[i]
		}
	}
	constant := slices.Repeat([]float64{models.Logit(churned / total)}, len(z))
	got := models.LogLoss(z, s.sample.Churned, s.sample.Weight)
	base := models.LogLoss(constant, s.sample.Churned, s.sample.Weight)
	if !(got <= base+0.005) {
		r.Errorf("log-loss %.4f on its own sample, %.4f for the base rate alone", got, base)
	}
}

func (s *suite) constantColumn(r reporter) {
	model := s.model(r)
	if model == nil {
		return
	}
	want := score(r, model, s.sample.Frame)
	f := cloneFrame(s.sample.Frame)
	for i := range f.Columns[columnConstant] {
		f.Columns[columnConstant][i] = 7
	}
	if got := score(r, model, f); !sameBits(want, got) {
		r.Errorf("a column that was constant in training moves answers: %s", describe(want, got, 0))
	}
	e, ok := model.(models.Explainer)
	if !ok {
		return
	}
	c, err := e.Contributions(s.sample.Frame)
	if err != nil {
		r.Errorf("contributions: %v", err)
		return
	}
	if len(c.Share) != columnCount {
		r.Errorf("contributions of %d fields, want %d", len(c.Share), columnCount)
		return
	}
	zero := make([]float64, len(want))
	if d := describe(zero, c.Share[columnConstant], 0); d != "" {
		r.Errorf("a constant column contributes: %s", d)
	}
}

func (s *suite) contributions(r reporter) {
	e := s.explainer(r)
	if e == nil {
		return
	}
	f := s.sample.Frame
	want := score(r, e, f)
	c, err := e.Contributions(f)
	if err != nil {
		r.Errorf("contributions: %v", err)
		return
	}
	if len(c.Baseline) != f.Rows() || len(c.Share) != columnCount {
		r.Errorf("%d baselines and %d fields, want %d and %d", len(c.Baseline), len(c.Share), f.Rows(), columnCount)
		return
	}
	got := slices.Clone(c.Baseline)
	addShares(got, c.Share)
	if d := describe(want, got, 1e-9); d != "" {
		r.Errorf("baseline and contributions against log-odds: %s", d)
	}
	other := cloneFrame(f)
	other.Fields[columnUsage].Name = "other"
	if _, err := e.Contributions(other); !errors.Is(err, models.ErrFields) {
		r.Errorf("contributions of other fields: error %v, want ErrFields", err)
	}
}

// moves lets a third of the rows stay, a third change two features, a third
// change those and the cluster.
func (s *suite) moves(r reporter) {
	e := s.explainer(r)
	if e == nil {
		return
	}
	from, to := s.sample.Frame, cloneFrame(s.sample.Frame)
	for i := range to.Rows() {
		if i%3 > 0 {
			to.Columns[columnUsage][i] = from.Columns[columnUsage][(i+5)%to.Rows()]
			to.Columns[columnTickets][i] = from.Columns[columnTickets][(i+7)%to.Rows()]
		}
		if i%3 > 1 {
			to.Cluster[i] = (to.Cluster[i] + 1) % 3
		}
	}
	move, err := e.Move(from, to)
	if err != nil {
		r.Errorf("move: %v", err)
		return
	}
	before, after := score(r, e, from), score(r, e, to)
	if before == nil || after == nil {
		return
	}
	if len(move.Cluster) != to.Rows() || len(move.Share) != columnCount {
		r.Errorf("a move of %d rows and %d fields, want %d and %d", len(move.Cluster), len(move.Share), to.Rows(), columnCount)
		return
	}
	got, want := slices.Clone(move.Cluster), make([]float64, len(before))
	addShares(got, move.Share)
	for i := range want {
		want[i] = after[i] - before[i]
		if i%3 < 2 && move.Cluster[i] != 0 {
			r.Errorf("row %d stayed in its cluster, and its share of the move is %v", i, move.Cluster[i])
			return
		}
		for _, j := range unmoved(i) {
			if !near(move.Share[j][i], 0, 1e-12) {
				r.Errorf("row %d: %s did not change, and its share of the move is %v", i, from.Fields[j].Name, move.Share[j][i])
				return
			}
		}
	}
	if d := describe(want, got, 1e-9); d != "" {
		r.Errorf("shares of a move against the difference of log-odds: %s", d)
	}
}

// unmoved lists the columns that moves leaves alone in row i.
func unmoved(i int) []int {
	if i%3 == 0 {
		return []int{columnUsage, columnTickets, columnPlan, columnNoise, columnConstant}
	}
	return []int{columnPlan, columnNoise, columnConstant}
}

func addShares(sum []float64, share [][]float64) {
	for _, column := range share {
		for i := range min(len(sum), len(column)) {
			sum[i] += column[i]
		}
	}
}

func (s *suite) saveLoad(r reporter) {
	if s.save == nil {
		r.Skip("the model is not saved")
		return
	}
	model := s.model(r)
	if model == nil {
		return
	}
	state, err := s.save(model)
	if err != nil {
		r.Errorf("save: %v", err)
		return
	}
	loaded, err := s.load(state)
	if err != nil {
		r.Errorf("load: %v", err)
		return
	}
	want, got := score(r, model, s.sample.Frame), score(r, loaded, s.sample.Frame)
	if !sameBits(want, got) {
		r.Errorf("after save and load: %s", describe(want, got, 0))
	}
	again, err := s.save(loaded)
	if err != nil || !sameState(state, again) {
		r.Errorf("saving a loaded model gives another state (error %v)", err)
	}
	for name, bad := range damage(state) {
		if _, err := s.load(bad); !errors.Is(err, models.ErrState) {
			r.Errorf("%s: error %v, want ErrState", name, err)
		}
	}
}

func sameState(a, b models.State) bool {
	return a.Kind == b.Kind && string(a.Header) == string(b.Header) && maps.EqualFunc(a.Arrays, b.Arrays, sameBits)
}

// damage returns states that no load may accept.
func damage(state models.State) map[string]models.State {
	bad := map[string]models.State{
		"a state of another kind":    {Kind: "nothing/1", Header: state.Header, Arrays: state.Arrays},
		"a header that is no JSON":   {Kind: state.Kind, Header: []byte("{"), Arrays: state.Arrays},
		"a state without its header": {Kind: state.Kind, Arrays: state.Arrays},
	}
	for name, array := range state.Arrays {
		if len(array) == 0 {
			continue
		}
		arrays := maps.Clone(state.Arrays)
		arrays[name] = array[:len(array)-1]
		bad["array "+name+" cut short"] = models.State{Kind: state.Kind, Header: state.Header, Arrays: arrays}
		arrays = maps.Clone(state.Arrays)
		delete(arrays, name)
		bad["array "+name+" left out"] = models.State{Kind: state.Kind, Header: state.Header, Arrays: arrays}
	}
	return bad
}
