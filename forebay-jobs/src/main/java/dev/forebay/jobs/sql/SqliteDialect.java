package dev.forebay.jobs.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** SQLite: one writer at a time, so nothing needs a lock of its own. */
final class SqliteDialect implements Dialect {
  /** The lower byte of an extended result code is the plain one. */
  private static final int PLAIN = 0xff;

  private final Path file;

  SqliteDialect(Path file) {
    this.file = file;
  }

  @Override
  public String lock() {
    return "";
  }

  @Override
  public String skipLocked() {
    return "";
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public String explain(SQLException e) {
    String store = "the job store " + file;
    return switch (SQLiteErrorCode.getErrorCode(e.getErrorCode() & PLAIN)) {
      case SQLITE_FULL ->
          store + " is full: the disk has no room; free some, then jobs are accepted again";
      case SQLITE_NOTADB, SQLITE_CORRUPT ->
          store
              + " is damaged or no database; restore it from a backup, or move it away to begin"
              + " with an empty queue";
      case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM ->
          store + " cannot be written; check the file, its folder and their permissions";
      case SQLITE_BUSY, SQLITE_LOCKED -> store + " is locked by another process";
      case SQLITE_IOERR -> store + " cannot be read or written: the disk reports an error";
      default -> store + " does not work: SQLite's error " + e.getErrorCode();
    };
  }

  @Override
  public boolean isLost(SQLException e) {
    return false;
  }

  /** SQLite opens a file that it cannot write for reading, and never tries again. */
  @Override
  public boolean isStale(SQLException e) {
    return switch (SQLiteErrorCode.getErrorCode(e.getErrorCode() & PLAIN)) {
      case SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PERM -> true;
      default -> false;
    };
  }

  /** The file itself, where the system distinguishes files of one name. */
  @Override
  public Object place() throws SQLException {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file : key;
    } catch (IOException e) {
      throw cannotOpen(e);
    }
  }

  /** As SQLite says it. */
  static SQLException cannotOpen(IOException e) {
    return new SQLException(
        "the file cannot be opened", null, SQLiteErrorCode.SQLITE_CANTOPEN.code, e);
  }

  @Override
  public boolean isCollision(SQLException e) {
    return false;
  }
}
