package datasets

import "github.com/etappe/etappe/datasets/columnar"

// ErrContract is matched by every error that reports data that break their
// contract.
var ErrContract = columnar.ErrContract

// ErrConfig is matched by every error in etappe.yaml or in flags that map data.
var ErrConfig = columnar.ErrConfig

// Problem is one broken rule at one place.
type Problem = columnar.Problem

// ContractError lists the first problems found and counts the rest.
type ContractError = columnar.ContractError
