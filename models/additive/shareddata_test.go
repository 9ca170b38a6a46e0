package additive

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/etappe/etappe/models"
)

// sharedFile finds a file of the development data beside the repository and
// skips the test where there is none.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs ../shared/data/%s, which is not there", name)
	}
	return path
}

// readTable reads name.csv with target y and name_folds.csv.
func readTable(t testing.TB, name string) (*models.Sample, []int) {
	t.Helper()
	rows := readCSV(t, sharedFile(t, name+".csv"))
	header, rows := rows[0], rows[1:]
	s := &models.Sample{Frame: &models.Frame{}, Churned: make([]bool, len(rows))}
	for j, column := range header {
		if column == "y" {
			for i := range rows {
				s.Churned[i] = rows[i][j] == "1"
			}
			continue
		}
		field, values := readColumn(column, rows, j)
		s.Fields = append(s.Fields, field)
		s.Columns = append(s.Columns, values)
	}
	folds := make([]int, len(rows))
	for _, row := range readCSV(t, sharedFile(t, name+"_folds.csv"))[1:] {
		i, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		if folds[i], err = strconv.Atoi(row[1]); err != nil {
			t.Fatal(err)
		}
	}
	return s, folds
}

// readColumn tells a numeric column from one of levels; blanks are missing.
func readColumn(name string, rows [][]string, j int) (models.Field, []float64) {
	values := make([]float64, len(rows))
	numeric := true
	var levels []string
	for i := range rows {
		if rows[i][j] == "" {
			values[i] = math.NaN()
			continue
		}
		v, err := strconv.ParseFloat(rows[i][j], 64)
		numeric = numeric && err == nil
		values[i] = v
		levels = append(levels, rows[i][j])
	}
	if numeric {
		return models.Field{Name: name}, values
	}
	slices.Sort(levels)
	levels = slices.Compact(levels)
	for i := range rows {
		if rows[i][j] != "" {
			at, _ := slices.BinarySearch(levels, rows[i][j])
			values[i] = float64(at)
		}
	}
	return models.Field{Name: name, Levels: levels}, values
}

func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// split returns the rows outside and inside a fold.
func split(folds []int, fold int) (train, test []int) {
	for i, f := range folds {
		if f == fold {
			test = append(test, i)
		} else {
			train = append(train, i)
		}
	}
	return train, test
}
