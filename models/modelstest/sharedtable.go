package modelstest

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

// SharedTable reads a public churn table, name.csv with the target y (1:
// churned), and the fold of each row from name_folds.csv, both in ../shared/data
// beside the repository; the test is skipped, with a message, where they are absent.
func SharedTable(t testing.TB, name string) (s *models.Sample, folds []int) {
	t.Helper()
	table, list := readCSV(t, sharedFile(t, name+".csv")), readCSV(t, sharedFile(t, name+"_folds.csv"))
	header, rows := table[0], table[1:]
	s = &models.Sample{Frame: &models.Frame{}, Churned: make([]bool, len(rows))}
	for j, column := range header {
		if column == "y" {
			for i := range rows {
				s.Churned[i] = rows[i][j] == "1"
			}
			continue
		}
		field, values := readColumn(column, rows, j)
		s.Fields, s.Columns = append(s.Fields, field), append(s.Columns, values)
	}
	folds = make([]int, len(rows))
	for _, row := range list[1:] {
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

// Split returns the rows outside and inside a fold.
func Split(folds []int, fold int) (train, test []int) {
	for i, f := range folds {
		if f == fold {
			test = append(test, i)
		} else {
			train = append(train, i)
		}
	}
	return train, test
}

// sharedFile finds a file of the development data, or skips the test.
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

// readColumn distinguishes a numeric column from one of levels; blanks are missing.
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
