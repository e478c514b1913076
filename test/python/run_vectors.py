"""Renders vectors with an exported module.

stdin: {"module": path, "today": date, "vectors": [{"name": ..., "vars": <JSON text>}]}; stdout: a JSON list of {messages, request} or {error}.
"""
import importlib.util
import json
import sys

job = json.load(sys.stdin)
spec = importlib.util.spec_from_file_location("assay_prompts", job["module"])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module._today = lambda: job["today"]


def run(vector):
    try:
        prompt = module.load_prompt(vector["name"])
        given = json.loads(vector["vars"])
        return {"messages": prompt.render(**given), "request": prompt.request(**given)}
    except module.PromptError as error:
        return {"error": str(error)}


json.dump([run(vector) for vector in job["vectors"]], sys.stdout)
