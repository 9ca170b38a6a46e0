// Package columnar is the file layer below datasets: Parquet and CSV files
// (also .gz) as blocks of typed columns, in both directions.
//
// Open returns a Reader. Each of its Blocks holds one Vector per column: text,
// whole numbers, floats, truth values or times, each with its missing values.
// A Coder converts a column's values to codes, once per different value;
// ParseDateFormat reads dates in the format that a column is written in. Write,
// WriteBlocks and Create write Columns under a temporary name and rename the
// file when it is complete.
//
// Refused are files that are damaged, empty or not in UTF-8, and columns that
// cannot be read exactly (LZ4 pages): as a *ContractError that names file, row,
// column and rule, or as ErrConfig where the configuration does not fit the
// file. The package has no tables, no accounts and no etappe.yaml.
package columnar
