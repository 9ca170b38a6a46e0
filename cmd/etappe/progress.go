package main

import (
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bars draws one progress bar at a time, and only for stages that take longer
// than two seconds, and only on a terminal.
type bars struct {
	app   *app
	mu    sync.Mutex
	stage string
	began time.Time
	bar   *progressbar.ProgressBar
}

func (a *app) bars() *bars { return &bars{app: a} }

// patience is how long a stage may take before a bar appears.
const patience = 2 * time.Second

// stage returns the callback of one stage.
func (b *bars) of(stage string) func(done, total int) {
	return func(done, total int) { b.report(stage, done, total) }
}

// report hears how far a stage has come; it may be called from several goroutines.
func (b *bars) report(stage string, done, total int) {
	if !b.app.terminal {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if stage != b.stage {
		b.clear()
		b.stage, b.began = stage, b.app.now()
	}
	if b.bar == nil && done < total && b.app.now().Sub(b.began) > patience {
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.app.stderr),
			progressbar.OptionSetDescription(stage), progressbar.OptionClearOnFinish(),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth())
	}
	if b.bar != nil {
		b.bar.ChangeMax(total)
		_ = b.bar.Set(done) // a bar that cannot be drawn is no reason to stop
	}
}

// close takes the last bar off the screen.
func (b *bars) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

func (b *bars) clear() {
	if b.bar != nil {
		_ = b.bar.Clear()
		b.bar = nil
	}
	b.stage = ""
}
