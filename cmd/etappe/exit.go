package main

import (
	"errors"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/reading"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/train"
)

// Exit codes, the same for every command.
const (
	exitOK       = 0
	exitFailure  = 1
	exitUsage    = 2 // the command line or the configuration is wrong
	exitContract = 3 // the data break their contract, or cannot carry a model
	exitGate     = 4 // a gate refused
)

// exitCode is the one table from errors to exit codes.
func exitCode(err error) int {
	for _, row := range []struct {
		target error
		code   int
	}{
		{train.ErrGate, exitGate},
		{train.ErrLeak, exitContract},
		{datasets.ErrContract, exitContract},
		{datasets.ErrNotReady, exitContract},
		{catalog.ErrCatalog, exitContract},
		{reading.ErrNoCatalog, exitContract},
		{models.ErrTraining, exitContract},
		{history.ErrForeign, exitContract},
		{history.ErrNewer, exitContract},
		{history.ErrCorrupt, exitContract},
		{datasets.ErrConfig, exitUsage},
		{cluster.ErrName, exitUsage},
		{reading.ErrUnknown, exitUsage},
		{reading.ErrValues, exitUsage},
		{history.ErrDSN, exitUsage},
		{history.ErrNotFound, exitUsage},
		{account.ErrNoSnapshot, exitUsage},
		{account.ErrDates, exitUsage},
		{account.ErrOneDate, exitUsage},
	} {
		if errors.Is(err, row.target) {
			return row.code
		}
	}
	return exitFailure
}
