"""Tests are sentences and tables; real files, real servers, real SDKs."""
