package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/serve/history"
)

// historyConfig is the history section of etappe.yaml.
type historyConfig struct {
	DSN  string `yaml:"dsn,omitempty" json:"dsn,omitempty" jsonschema:"description=where answers are kept: a SQLite file or a postgres:// address; used where --history names none"`
	Keep string `yaml:"keep,omitempty" json:"keep,omitempty" jsonschema:"description=how long answers are kept after each score --history\\, counted back from the last portfolio\\, for example 24 months; an account keeps its latest answer; default: for ever,pattern=^[1-9][0-9]* (months?|years?)$"`
}

var keepPattern = regexp.MustCompile(`^([1-9]\d{0,3}) (month|year)s?$`)

// Validate refuses a time to keep that is none. Errors match
// datasets.ErrConfig and name the key.
func (c historyConfig) Validate() error {
	if c.Keep != "" && !keepPattern.MatchString(c.Keep) {
		return fmt.Errorf("%w: history.keep: a time like 24 months or 2 years, not %q", datasets.ErrConfig, c.Keep)
	}
	return nil
}

// months is how long to keep answers; 0: for ever.
func (c historyConfig) months() int {
	m := keepPattern.FindStringSubmatch(c.Keep)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	if m[2] == "year" {
		n *= 12
	}
	return n
}

// historyFlags name where answers are kept.
type historyFlags struct {
	History string `help:"Where answers are kept: a SQLite file, or postgres://…; default: history.dsn of the configuration." placeholder:"DSN"`
}

// dsn is the flag or else the configuration; "": no history.
func (f *historyFlags) dsn(c *config) string {
	if f.History != "" || c == nil {
		return f.History
	}
	return c.History.DSN
}

// openHistory opens a history, which is made when absent.
func (a *app) openHistory(ctx context.Context, dsn string) (*history.Store, error) {
	store, err := history.Open(ctx, dsn, history.Options{Clock: a.now})
	if err == nil && store.Unindexed() != nil {
		fmt.Fprintf(a.stderr, "warning: %v\n", store.Unindexed())
	}
	return store, err
}

// readHistory opens a history that must be there already: reading one that a
// slip of the pen has just made would answer that there is nothing.
func (a *app) readHistory(ctx context.Context, dsn string) (*history.Store, error) {
	if dsn == "" {
		return nil, fmt.Errorf("%w: name the history with --history", datasets.ErrConfig)
	}
	if !strings.Contains(dsn, "://") {
		if _, err := os.Stat(strings.TrimPrefix(dsn, "sqlite:")); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: there is no history %s; etappe score --history makes one", datasets.ErrConfig, location(dsn))
		}
	}
	return a.openHistory(ctx, dsn)
}

// storedHistory are the flags of commands on a history alone.
type storedHistory struct {
	historyFlags
	Config string `help:"Configuration that names the history." type:"existingfile" placeholder:"FILE"`
}

func (f *storedHistory) open(ctx context.Context, a *app) (*history.Store, *config, error) {
	conf, err := loadConfig(f.Config, "")
	if err != nil {
		return nil, nil, err
	}
	store, err := a.readHistory(ctx, f.dsn(conf))
	return store, conf, err
}
