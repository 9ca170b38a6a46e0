package score

import (
	"errors"
	"slices"
	"testing"

	"github.com/etappe/etappe/features/catalog"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/features"
)

// TestBatchIsRowByRow: other rows and the accounts' names change no answer.
func TestBatchIsRowByRow(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 40, 31)
	together := scoreAll(t, s, in)
	for i := range together {
		one := in.row(i)
		one.AccountIDs = []string{"renamed"}
		alone := scoreAll(t, s, one)[0]
		alone.AccountID = together[i].AccountID
		if diff := cmp.Diff(together[i], alone); diff != "" {
			t.Fatalf("row %d:\n%s", i, diff)
		}
	}
}

func TestInputRefused(t *testing.T) {
	s := testScorer(t)
	rows := []struct {
		name string
		do   func(in *Input)
		want error
	}{
		{"no frame", func(in *Input) { in.Frame = nil }, ErrInput},
		{"other fields", func(in *Input) {
			in.Frame.Fields = slices.Clone(in.Frame.Fields)
			in.Frame.Fields[2].Name = "x"
		}, catalog.ErrCatalog},
		{"a column less", func(in *Input) { in.Frame.Columns = in.Frame.Columns[1:] }, catalog.ErrCatalog},
		{"a short column", func(in *Input) { in.Frame.Columns[4] = in.Frame.Columns[4][1:] }, ErrInput},
		{"ids for other rows", func(in *Input) { in.AccountIDs = in.AccountIDs[1:] }, ErrInput},
		{"dates for other rows", func(in *Input) { in.AsOf = in.AsOf[1:] }, ErrInput},
		{"tenure for other rows", func(in *Input) { in.Journey.Tenure = in.Journey.Tenure[1:] }, ErrInput},
		{"milestones for other rows", func(in *Input) { in.Journey.Reached[1] = nil }, ErrInput},
		{"a milestone without a column", func(in *Input) { in.Journey.Reached = in.Journey.Reached[1:] }, ErrInput},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			in := testInput(s, 3, 1)
			row.do(in)
			if _, err := s.Score(in, now); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
		})
	}
}

func TestNewInput(t *testing.T) {
	s := testScorer(t)
	sample, journey := simulated(5, 1)
	matrix := &features.Matrix{Catalog: testCatalog(), Columns: sample.Columns}
	j := &features.Journey{Milestones: journey.Milestones, Tenure: journey.Tenure, Reached: journey.Reached}
	in, err := s.NewInput(matrix, j, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	direct := testInput(s, 5, 1)
	direct.AccountIDs, direct.AsOf = nil, nil
	if diff := cmp.Diff(scoreAll(t, s, direct), scoreAll(t, s, in)); diff != "" {
		t.Error(diff)
	}
	matrix.Catalog.Definitions[0].Window = 29
	if _, err := s.NewInput(matrix, j, nil, nil); !errors.Is(err, catalog.ErrCatalog) {
		t.Errorf("another catalogue: %v", err)
	}
}
