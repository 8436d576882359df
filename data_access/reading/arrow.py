"""Frames as Arrow bytes and back with the same dtypes, and texts that take little memory.

A text that repeats is stored once per file and is one object in memory, whatever the table it stands in (every table
names every patient). The keys of rows, which nobody asks for one by one, stay in Arrow's buffers: a Python object each
would take most of the memory of a large cohort.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

Texts = dict[str, str]
_POOL = pa.system_memory_pool()  # Arrow's own keeps what was freed
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")
KEY = pd.StringDtype("pyarrow", na_value=np.nan)
TEXT = pd.StringDtype("python", na_value=np.nan)


def to_arrow(frames: Mapping[str, pd.DataFrame], keys: Collection[str] = ()) -> pa.Buffer:
    """All frames, one stream after the other, by name. keys: columns that stay in Arrow's buffers."""
    sink = pa.BufferOutputStream()
    for name, frame in frames.items():
        table = _table(frame, keys)
        table = table.replace_schema_metadata(table.schema.metadata | {b"name": name.encode()})
        with pa.ipc.new_stream(sink, table.schema, options=_COMPRESSED) as writer:
            writer.write_batch(_whole(table))
    return sink.getvalue()


def from_arrow(content: bytes | pa.Buffer) -> dict[str, pd.DataFrame]:
    """The frames of `to_arrow`. Raises pa.ArrowInvalid for anything else."""
    source, texts, frames = pa.BufferReader(content), Texts(), {}
    while source.tell() < source.size():
        table = pa.ipc.open_stream(source, memory_pool=_POOL).read_all()
        frames[table.schema.metadata[b"name"].decode()] = _frame(table, texts)
    return frames


def _whole(table: pa.Table) -> pa.RecordBatch:
    """As one batch, also of no rows: a table without batches would lose the levels of its codes."""
    columns = [column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(columns, schema=table.schema)


def compact(frame: pd.DataFrame, texts: Texts, keys: Collection[str] = ()) -> pd.DataFrame:
    """The same frame with equal texts as one object; `texts` are those met so far."""
    return _frame(_table(frame, keys), texts)


def _table(frame: pd.DataFrame, keys: Collection[str]) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for i, field in enumerate(table.schema):
        is_text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        if is_text and field.name not in keys:
            table = table.set_column(i, field.name, table.column(i).combine_chunks().dictionary_encode())
    return table


def _frame(table: pa.Table, texts: Texts) -> pd.DataFrame:
    is_text = {name: dtype == TEXT for name, dtype in _dtypes(table).items()}
    others = table.drop_columns([name for name, text in is_text.items() if text]).to_pandas(memory_pool=_POOL)
    columns = {name: _text(table[name], texts) if text else others[name] for name, text in is_text.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)), copy=False)


def _dtypes(table: pa.Table) -> dict[str, object]:
    """TEXT for texts, whatever they are stored as; None for what Arrow's own way brings back right."""
    kinds = {column["name"]: {column["pandas_type"], column["numpy_type"]} for column in _described(table)}
    return {name: TEXT if kinds[name] & {"unicode", "string", "str"} else None for name in table.column_names}


def _described(table: pa.Table) -> list[dict[str, str]]:
    """What pandas wrote down of each column; a text in Arrow's own buffers is an "object" there, by NumPy a "str"."""
    return table.schema.pandas_metadata["columns"]


def _text(column: pa.ChunkedArray, texts: Texts) -> pd.api.extensions.ExtensionArray:
    if not pa.types.is_dictionary(column.type):
        return pd.array(column, dtype=KEY)
    encoded = column.combine_chunks()
    words = np.array([*(texts.setdefault(word, word) for word in encoded.dictionary.to_pylist()), np.nan], dtype=object)
    codes = encoded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return pd.array(words[codes], dtype=TEXT)
