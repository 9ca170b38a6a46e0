package datasets

import (
	"context"
	"os"
	"path/filepath"

	"github.com/etappe/etappe/datasets/columnar"
)

// Write stores the tables in dir, which is made if need be, as Parquet files
// with the tables' own names and column names, so that Read(dir, Sources{})
// reads the same tables back. Missing values are nulls, times are UTC to the
// millisecond. Users, who are hashes in memory, are written as "u" and the
// hash's decimal digits: other hashes after reading, but distinct users stay
// distinct. Milestones and interventions are not written when there are none,
// and a file of that name from an earlier Write is removed.
//
// Every file is first written under a temporary name; only when all are
// complete are they renamed. On an error the folder holds what it held before.
func Write(ctx context.Context, dir string, t *Tables) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	set := &fileSet{dir: dir}
	defer set.discard()
	if err := set.add("accounts", accountColumns(t)); err != nil {
		return err
	}
	for _, table := range []struct {
		name    string
		empty   bool
		columns func(*Tables) ([]columnar.Column, error)
	}{
		{"renewals", false, renewalColumns},
		{"milestones", len(t.Milestones) == 0, milestoneColumns},
		{"interventions", len(t.Interventions) == 0, interventionColumns},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if table.empty {
			set.stale = append(set.stale, table.name)
			continue
		}
		columns, err := table.columns(t)
		if err != nil {
			return err
		}
		if err := set.add(table.name, columns); err != nil {
			return err
		}
	}
	if err := set.addEvents(ctx, t); err != nil {
		return err
	}
	return set.publish()
}

// fileSet is a group of tables that appear together.
type fileSet struct {
	dir   string
	files []*columnar.Pending
	stale []string // tables to be removed
}

func (s *fileSet) path(table string) string { return filepath.Join(s.dir, table+".parquet") }

// add writes a whole table under a temporary name.
func (s *fileSet) add(table string, columns []columnar.Column) error {
	return s.stream(table, columns, func(file *columnar.Pending) error { return file.Write(columns) })
}

// stream opens a table with the header's columns and lets fill write its blocks.
func (s *fileSet) stream(table string, header []columnar.Column, fill func(*columnar.Pending) error) error {
	file, err := columnar.Create(s.path(table), header)
	if err != nil {
		return err
	}
	s.files = append(s.files, file)
	if err := fill(file); err != nil {
		return err
	}
	return file.Finish()
}

func (s *fileSet) publish() error {
	for _, file := range s.files {
		if err := file.Rename(); err != nil {
			return err
		}
	}
	for _, table := range s.stale {
		if err := os.Remove(s.path(table)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func (s *fileSet) discard() {
	for _, file := range s.files {
		file.Discard()
	}
}
